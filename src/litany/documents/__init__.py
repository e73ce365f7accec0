"""What does a document say, and where in it? CSV, TSV, XLSX, XLS and ODS so far: `litany.documents.tables`."""
