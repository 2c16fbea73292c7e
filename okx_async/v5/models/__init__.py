"""V5 rows, one file a chapter of the documents."""
