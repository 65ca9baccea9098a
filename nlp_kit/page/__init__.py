"""One HTML file that shows everything: the draft with its proof, groups, statements, audit, account."""
