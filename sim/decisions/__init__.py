"""One kind of decision a file; importing the folder registers every kind."""

from sim.decisions import blend as blend
from sim.decisions import buy as buy
from sim.decisions import combine as combine
from sim.decisions import convert as convert
from sim.decisions import expand as expand
from sim.decisions import join as join
from sim.decisions import leave as leave
from sim.decisions import match as match
from sim.decisions import mine as mine
from sim.decisions import partner as partner
from sim.decisions import permit as permit
from sim.decisions import pledge as pledge
from sim.decisions import pond as pond
from sim.decisions import restructure as restructure
from sim.decisions import retrofit as retrofit
from sim.decisions import ship as ship
from sim.decisions import sign as sign
from sim.decisions import smelt as smelt
from sim.decisions import support as support
from sim.decisions import take as take
from sim.decisions import transfer as transfer
from sim.decisions import use_mud as use_mud
from sim.decisions import withdraw as withdraw
from sim.decisions.build import kinds as kinds
