"""V3 REST endpoints, one file a chapter of the documents."""
