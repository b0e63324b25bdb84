"""Tells what a scheme file says in plain sentences, in Chinese and in English, each with where it is written."""
