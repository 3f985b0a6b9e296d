"""What the reader of DICOM is made of: headers, volumes, grids, pixels, segments."""
