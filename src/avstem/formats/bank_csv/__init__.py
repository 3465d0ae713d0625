"""Tables from internet banks: CSV, XLSX and pasted rows."""
