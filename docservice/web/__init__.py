"""What the web process answers: today its own health and the figures for monitoring."""
