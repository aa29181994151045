"""Metrics, params and plots of a version: what the files of its commit say. Pure: bytes in, values out."""
