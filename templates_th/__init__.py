"""The Word templates and their catalogue; ``stock`` builds the stock ones."""
