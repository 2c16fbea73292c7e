"""V5 REST endpoints, one file a chapter of the documents."""
