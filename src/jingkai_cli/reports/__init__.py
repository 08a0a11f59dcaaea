"""Reports: facts → `Document`. A report has one `build`; nothing here prints, reads a clock or opens a file."""
