"""A model as a file of ONNX: `tracing` sees which ops it calls, `graph` and the mappings say them in ONNX's.

`mappings` gathers those of `elementwise`, `shapes`, `products`, `windows` and `recurrent`, and `onnx_file`
has the file.
"""
