"""The errors a person can meet, from general to particular.

* SulcusError
  x ReadError          a file cannot be read as what it claims to be
    - DamagedProject   the database of a project cannot be read any more
    - ImageMissing     the image of a case is not where it was
    - ImageChanged     the image of a case is not the one its mask was begun on
  x WriteError         a result cannot be written
    - ProjectHeld      another process has the project open for writing
      - ProjectTaken   another process took the project over from this one
  x GeometryError      two arrays do not lie on the same grid
  x WeightsError       a weight file is no checkpoint or does not fit its network
  x ParameterError     a value lies outside what it may be
  x UnknownName        a table has no such entry
  x MissingSystem      the machine lacks a library or a display
  x DeviceError        the device cannot do what was asked, or its process ended
* Cancelled            not an error: the person asked to stop
"""

from __future__ import annotations


class SulcusError(Exception):
    """What happened and to which file, and what to do next, in one sentence each."""

    def __init__(self, what: str, *, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class ReadError(SulcusError): ...


class DamagedProject(ReadError): ...


class ImageMissing(ReadError): ...


class ImageChanged(ReadError): ...


class WriteError(SulcusError): ...


class ProjectHeld(WriteError): ...


class ProjectTaken(ProjectHeld): ...


class GeometryError(SulcusError): ...


class WeightsError(SulcusError): ...


class ParameterError(SulcusError): ...


class UnknownName(SulcusError): ...


class MissingSystem(SulcusError): ...


class DeviceError(SulcusError): ...


class Cancelled(BaseException):
    """The person asked to stop; passes through ``except Exception`` on purpose."""
