"""The file formats of pictures, read from the outside: what is metadata is left out, what is picture stays.

Each module has one function, `strip`, from the bytes of a file to a `Container`. None of them decodes a pixel.
"""
