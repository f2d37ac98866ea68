"""The builder of the stock Word templates: one module per kind of paper, and the files it makes beside this folder."""
