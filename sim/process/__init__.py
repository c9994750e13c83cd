"""How the product is made, one process a module; importing the folder registers every process."""

from sim.process import bayer as bayer
from sim.process import conversion as conversion
