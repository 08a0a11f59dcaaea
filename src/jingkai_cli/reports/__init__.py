"""Reports: facts → `Document`. Each module has one `build`; nothing here prints, reads a clock or touches a file."""
