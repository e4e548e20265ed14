"""A small language model over the OpenAI HTTP API, computed by llama.cpp."""
