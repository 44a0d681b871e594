//! What kind of site a zone is: one list for every source, made of the sixteen sectors of CISA (US, PPD-21/NSM-22), the eleven
//! of the CER directive (EU 2022/2557, annex) and what agencies list beside them. The source's own word is always kept.

/// A kind of site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sector {
    Nuclear,
    PowerGeneration,
    GridSubstation,
    OilGas,
    Dam,
    Water,
    Wastewater,
    Telecom,
    DataCentre,
    Airport,
    Heliport,
    Port,
    Rail,
    BridgeTunnel,
    Space,
    Military,
    DefenceIndustry,
    Prison,
    Government,
    Hospital,
    Chemical,
    Manufacturing,
    Food,
    Finance,
    EmergencyServices,
    EventVenue,
    Nature,
    Other,
}

impl Sector {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        row(self).1
    }

    /// The sector of CISA's list that it belongs to, where there is one.
    pub fn cisa(self) -> Option<&'static str> {
        Some(row(self).2).filter(|name| !name.is_empty())
    }

    /// The sector of the CER directive's annex that it belongs to, where there is one.
    pub fn cer(self) -> Option<&'static str> {
        Some(row(self).3).filter(|name| !name.is_empty())
    }
}

fn row(sector: Sector) -> &'static (Sector, &'static str, &'static str, &'static str) {
    &ROWS[sector as usize]
}

/// Sector, stable name, CISA sector, CER sector; in the order of the enum.
static ROWS: [(Sector, &str, &str, &str); 28] = [
    (Sector::Nuclear, "nuclear", "Nuclear Reactors, Materials and Waste", "Energy"),
    (Sector::PowerGeneration, "power-generation", "Energy", "Energy"),
    (Sector::GridSubstation, "grid-substation", "Energy", "Energy"),
    (Sector::OilGas, "oil-gas", "Energy", "Energy"),
    (Sector::Dam, "dam", "Dams", "Energy"),
    (Sector::Water, "water", "Water and Wastewater", "Drinking water"),
    (Sector::Wastewater, "wastewater", "Water and Wastewater", "Waste water"),
    (Sector::Telecom, "telecom", "Communications", "Digital infrastructure"),
    (Sector::DataCentre, "data-centre", "Information Technology", "Digital infrastructure"),
    (Sector::Airport, "airport", "Transportation Systems", "Transport"),
    (Sector::Heliport, "heliport", "Transportation Systems", "Transport"),
    (Sector::Port, "port", "Transportation Systems", "Transport"),
    (Sector::Rail, "rail", "Transportation Systems", "Transport"),
    (Sector::BridgeTunnel, "bridge-tunnel", "Transportation Systems", "Transport"),
    (Sector::Space, "space", "", "Space"),
    (Sector::Military, "military", "Defense Industrial Base", ""),
    (Sector::DefenceIndustry, "defence-industry", "Defense Industrial Base", ""),
    (Sector::Prison, "prison", "Government Services and Facilities", "Public administration"),
    (Sector::Government, "government", "Government Services and Facilities", "Public administration"),
    (Sector::Hospital, "hospital", "Healthcare and Public Health", "Health"),
    (Sector::Chemical, "chemical", "Chemical", ""),
    (Sector::Manufacturing, "manufacturing", "Critical Manufacturing", ""),
    (Sector::Food, "food", "Food and Agriculture", "Food"),
    (Sector::Finance, "finance", "Financial Services", "Financial market infrastructure"),
    (Sector::EmergencyServices, "emergency-services", "Emergency Services", ""),
    (Sector::EventVenue, "event-venue", "Commercial Facilities", ""),
    (Sector::Nature, "nature", "", ""),
    (Sector::Other, "other", "", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sector_has_its_own_row() {
        for (i, (sector, name, ..)) in ROWS.iter().enumerate() {
            assert_eq!((*sector as usize, sector.as_str()), (i, *name));
        }
    }
}
