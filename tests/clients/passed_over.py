"""Sees each word of `passed_over`: quotes that are paid or not, and why not."""

import unittest

import stage
import window
from stage import claim, prescription

ASTHMA = ["J45.0"]
RHEUMATISM = ["M06.9"]
OMALIZUMAB = ("NEG-23", "2", 248000, 28)
ADALIMUMAB = ("NEG-15", "4", 516000, 28)
AMOXICILLIN = ("DRG-01", "24", 840)
VISIT = ("SRV-01", "1", 5000)


def omalizumab_from(hospital, **fields):
    return prescription(hospital, ("NEG-23", "2"), **fields)


class PassedOver(unittest.TestCase):
    """A test is named test_WORD; it quotes one line and names the scheme that
    passes it over with that word."""

    def passes(self, scheme, *arguments, **fields):
        try:
            receipt = stage.WINDOW.quote(claim(*arguments, **fields))
        except window.Refused as refused:
            self.fail("%s: %s" % (refused.reason, refused))
        (line,) = receipt.lines
        word = self._testMethodName[len("test_") :]
        words = {passed.scheme_id: passed.reason for passed in line.passed_over}
        self.assertEqual(words.get(scheme), word, words)

    def test_NOT_IN_FORCE(self):
        self.passes(
            "yn-outpatient-employee",
            *("ERR-EMPLOYEE", "H-KM-1", VISIT),
            service_date="2024-10-31",
        )

    def test_NOTHING_IN_SCOPE(self):
        vitamins = ("DRG-03", "1", 3280)
        self.passes("yn-outpatient-employee", "ERR-EMPLOYEE", "H-KM-1", vitamins)

    def test_NO_REGISTRATION(self):
        self.passes("km-chronic-employee", "ERR-EMPLOYEE", "H-KM-1", VISIT)

    def test_REGISTRATION_EXPIRED(self):
        pills = ("DRG-04", "28", 1316)
        self.passes("km-chronic-resident", "ERR-EXPIRED", "H-KM-1", pills)

    def test_REASSESSMENT_OVERDUE(self):
        self.passes(
            "city-negotiated",
            *("ERR-OVERDUE", "H-TJ-3", ADALIMUMAB),
            physician_id="DR-TJ-01",
            diagnosis_codes=RHEUMATISM,
        )

    def test_NOT_ON_LIST(self):
        self.passes("km-chronic-employee", "KM-0003", "H-KM-3", VISIT)

    def test_NOT_NEGOTIATED(self):
        self.passes("yn-negotiated-employee", "ERR-EMPLOYEE", "H-KM-3", VISIT)

    def test_OUT_OF_INDICATION(self):
        self.passes(
            "yn-negotiated-employee",
            *("ERR-EMPLOYEE", "H-KM-3", OMALIZUMAB),
            diagnosis_codes=["I10"],
        )

    def test_INSTITUTION_LEVEL(self):
        self.passes(
            "yn-negotiated-employee",
            *("ERR-EMPLOYEE", "H-KM-1", OMALIZUMAB),
            diagnosis_codes=ASTHMA,
        )

    def test_OTHER_HOSPITAL(self):
        self.passes(
            "city-negotiated",
            *("TJ-0001", "H-KM-3", ADALIMUMAB),
            physician_id="DR-TJ-01",
            diagnosis_codes=RHEUMATISM,
        )

    def test_OTHER_PHYSICIAN(self):
        self.passes(
            "city-negotiated",
            *("TJ-0001", "H-TJ-3", ADALIMUMAB),
            physician_id="DR-TJ-99",
            diagnosis_codes=RHEUMATISM,
        )

    def test_PRESCRIPTION_REQUIRED(self):
        self.passes(
            "yn-outpatient-employee",
            *("ERR-EMPLOYEE", "P-KM-1", AMOXICILLIN),
            account={"use": True},
        )

    def test_NOT_DUAL_CHANNEL(self):
        self.passes(
            "yn-negotiated-employee",
            *("ERR-EMPLOYEE", "P-KM-3", OMALIZUMAB),
            diagnosis_codes=ASTHMA,
            prescription=omalizumab_from("H-KM-3"),
        )

    def test_NOT_DESIGNATED(self):
        self.passes(
            "city-negotiated",
            *("TJ-0003", "P-TJ-2", OMALIZUMAB),
            diagnosis_codes=ASTHMA,
            prescription=omalizumab_from("H-TJ-3", physician_id="DR-TJ-02"),
        )

    def pharmacy_passes(self, pharmacy, hospital, **fields):
        self.passes(
            "yn-outpatient-employee",
            *("ERR-EMPLOYEE", pharmacy, AMOXICILLIN),
            prescription=prescription(hospital, ("DRG-01", "24"), **fields),
        )

    def test_NOT_IN_POOLING(self):
        self.pharmacy_passes("P-ERR-ALONE", "H-KM-1")

    def test_NOT_E_CENTER(self):
        paper = "PRESCRIPTION_CHANNEL_PAPER"
        self.pharmacy_passes("P-KM-1", "H-KM-1", channel=paper)

    def test_OTHER_PROVINCE(self):
        self.pharmacy_passes("P-KM-1", "H-TJ-1")

    def test_NOT_MODELLED(self):
        self.passes("", "JN-0001", "H-JN-1", VISIT)
