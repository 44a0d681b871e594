//! Zones in the normal form, as `zones convert` writes them, read back: all that a zone says stands in one object, among the
//! properties of a GeoJSON feature or in the `extendedProperties` of an ED-318 zone. Outlines stand in the geometry alone.

use serde_json::{Map, Value};

use super::applicability;
use super::properties::text_of;
use super::report::{Place, Report};
use super::vertical::{Reference, Unit, VerticalLimit};
use super::window::Window;
use super::zone::{About, EdgeRule, Issue, Restriction, Volume};
use super::{restriction, sector};

/// The value of `normal_form` in a file and in each of its zones.
pub const NORMAL_FORM: &str = "overflown-zones-1";

/// Heights that differ by less are the same, written in another unit.
const SAME_M: f64 = 0.001;

/// What a zone says in the normal form.
pub struct Normal {
    object: Map<String, Value>,
    /// It stands beside what another standard says about the same zone.
    beside: bool,
}

impl Normal {
    /// From the properties of a feature; `None` when they are not in this form.
    pub fn of(properties: &Value) -> Option<Self> {
        let found = [(properties, false), (&properties["extendedProperties"], true)];
        let (object, beside) = found.into_iter().find(|(object, _)| object["normal_form"] == NORMAL_FORM)?;
        Some(Normal { object: object.as_object()?.clone(), beside })
    }

    fn text(&self, key: &str) -> Option<String> {
        self.object.get(key).and_then(text_of)
    }

    pub fn id(&self) -> Option<String> {
        self.text("id")
    }

    pub fn name(&self) -> Option<String> {
        self.text("name")
    }

    /// What is said beside name and shape; `stated` is what the properties around it say by their own standard, which wins where
    /// somebody changed it.
    pub fn about(&self, stated: &About, place: &mut Place, report: &mut Report) -> About {
        let texts = |key: &str| self.object.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut about = About {
            sector: self.text("sector").and_then(|word| sector::of_word(&word)),
            facility: self.text("facility"),
            restriction: self.text("restriction").and_then(|word| Restriction::of(&word)),
            restriction_word: self.text("restriction_word"),
            reasons: texts("reasons").iter().filter_map(text_of).collect(),
            authority: self.text("authority"),
            legal_basis: self.text("legal_basis"),
            country: self.text("country"),
            windows: Vec::new(),
            accuracy_m: self.object.get("accuracy_m").and_then(Value::as_f64).filter(|metres| *metres >= 0.0),
        };
        let written = about.restriction.map_or(Restriction::Conditional, Restriction::in_ed318);
        if self.beside && stated.restriction.is_some_and(|stated| stated != written) {
            let what = "its type is not the restriction of its extended properties; the type was taken".to_owned();
            report.warn(place, "zones changed behind their conversion", what);
            about.restriction = stated.restriction;
            about.restriction_word.clone_from(&stated.restriction_word);
        }
        about
    }

    /// When it is in force, with the words of its first source.
    pub fn windows(&self, place: &mut Place, report: &mut Report) -> Vec<Window> {
        let Some(list @ Value::Array(stated)) = self.object.get("windows") else { return Vec::new() };
        let mut windows = applicability::windows(&list.to_string(), place, report);
        for (window, stated) in windows.iter_mut().zip(stated) {
            if let Some(raw) = stated["raw"].as_str() {
                raw.clone_into(&mut window.raw);
            }
        }
        windows
    }

    /// Gives the volumes their floors, ceilings and edges; `place` is warned of what its first source was warned of.
    pub fn complete(&self, volumes: &mut [Volume], place: &mut Place, report: &mut Report) {
        let stated = self.object.get("volumes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if stated.len() != volumes.len() {
            let what = format!(
                "has {} outlines that can be used and floors and ceilings of {}: which belongs to which is not known, those \
                 of its extended properties were not used",
                volumes.len(),
                stated.len()
            );
            report.warn(place, "zones changed behind their conversion", what);
        } else {
            for (volume, stated) in volumes.iter_mut().zip(stated) {
                let (lower, upper) = (limit(&stated["lower"]), limit(&stated["upper"]));
                if self.beside && (differ(volume.lower.as_ref(), &lower) || differ(volume.upper.as_ref(), &upper)) {
                    let what = "its layer is not that of its extended properties; the layer was taken".to_owned();
                    report.warn(place, "zones changed behind their conversion", what);
                    continue;
                }
                (volume.lower, volume.upper) = (lower, upper);
                volume.edges = text_of(&stated["edges"]).and_then(|word| EdgeRule::of(&word)).unwrap_or(volume.edges);
            }
        }
        let told = self.object.get("warnings").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for warning in told.iter().filter_map(text_of) {
            if !place.warnings.contains(&warning) {
                report.warn(place, "zones with warnings of the file that they were converted from", warning);
            }
        }
    }
}

/// Whether a layer states another height than the normal form beside it. What a layer cannot say it leaves out.
fn differ(layer: Option<&VerticalLimit>, normal: &Option<VerticalLimit>) -> bool {
    let stated = layer.filter(|limit| limit.raw != "null").and_then(VerticalLimit::metres);
    let Some(stated) = stated else { return false };
    let reference = |limit: &VerticalLimit| limit.reference;
    let same_reference = layer.map(reference) == normal.as_ref().map(reference);
    let metres = normal.as_ref().and_then(VerticalLimit::metres);
    !(same_reference && metres.is_some_and(|metres| (metres - stated).abs() < SAME_M))
}

fn limit(stated: &Value) -> Option<VerticalLimit> {
    let word = |key: &str| text_of(&stated[key]).unwrap_or_default();
    let unlimited = stated["unlimited"] == true;
    stated.is_object().then(|| VerticalLimit {
        value: if unlimited { Some(f64::INFINITY) } else { stated["value"].as_f64() },
        unit: Unit::of(&word("unit")).unwrap_or(Unit::Metre),
        reference: Reference::of(&word("reference")).unwrap_or(Reference::Unknown),
        raw: stated["raw"].as_str().unwrap_or_default().to_owned(),
    })
}

/// What the files said about themselves that the zones were converted from; `None` when the file is not in this form.
pub fn issue(form: Option<&Value>, sources: Option<&Value>) -> Option<Issue> {
    form.filter(|form| **form == NORMAL_FORM)?;
    let sources = sources.and_then(Value::as_array)?;
    let time = |source: &Value, key: &str| {
        let instant = super::instant::read(&source[key], super::instant::Side::Start);
        instant.ok().flatten().map(|instant| instant.ns)
    };
    let issues: Vec<Issue> = sources
        .iter()
        .map(|source| Issue {
            provider: text_of(&source["provider"]),
            issued_ns: time(source, "issued"),
            valid_from_ns: time(source, "valid_from"),
            valid_to_ns: time(source, "valid_to"),
        })
        .collect();
    Some(Issue::of_all(&issues))
}

impl Restriction {
    /// From its stable name.
    pub fn of(name: &str) -> Option<Self> {
        let unknown_elsewhere = [Restriction::AuthorisationCeiling, Restriction::None];
        unknown_elsewhere.into_iter().find(|r| r.as_str() == name).or_else(|| restriction::of(name))
    }

    /// The nearest of those that ED-318 has.
    pub fn in_ed318(self) -> Self {
        match self {
            Restriction::HeightLimit | Restriction::Warning | Restriction::AuthorisationCeiling => {
                Restriction::Conditional
            }
            other => other,
        }
    }
}
