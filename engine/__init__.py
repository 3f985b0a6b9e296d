"""The engine of Sulcus: images, networks, ConvCRF, corrections and exports, without a screen."""
