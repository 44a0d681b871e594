//! Values to records, and what the known keys among them mean.

use std::borrow::Cow;

use super::super::known_key::{self, Meaning};
use super::super::secret::fingerprint;
use super::super::structure::emit_values;
use super::super::{Diagnostic, Fact, Sink};
use super::tree::{Content, Node, utc_ns};
use super::{MAGIC, binary, location};
use crate::evidence::{Origin, Span};
use crate::layout::{Tables, Value};

/// Lists inside values inside lists.
const NESTED: usize = 4;

struct Emitter<'s> {
    tables: &'s Tables,
    sink: &'s mut dyn Sink,
    /// Where values of a list inside a value stand: the value's own place.
    outer: Option<Span>,
    nested: usize,
    lost: u64,
}

pub fn emit(root: &Node<'_>, tables: &Tables, sink: &mut dyn Sink) {
    let mut emitter = Emitter { tables, sink, outer: None, nested: 0, lost: 0 };
    emitter.node("", "", root);
    backup(root, emitter.sink);
    if emitter.lost > 0 {
        let message = format!("{} lists inside values could not be read; the values are kept as bytes", emitter.lost);
        emitter.sink.diagnostic(Diagnostic::note("ios-plist/nested", Origin::Item, message));
    }
}

impl Emitter<'_> {
    /// `key`: the last name of the path that is no number.
    fn node(&mut self, path: &str, key: &str, node: &Node<'_>) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        match &node.content {
            Content::Array(nodes) => {
                nodes.iter().enumerate().for_each(|(at, inner)| self.node(&below(&at.to_string()), key, inner));
            }
            Content::Dictionary(entries) => {
                entries.iter().for_each(|(name, inner)| self.node(&below(name), name, inner));
            }
            _ => self.leaf(path, key, node),
        }
    }

    fn leaf(&mut self, path: &str, key: &str, node: &Node<'_>) {
        let at = self.outer.unwrap_or(node.at);
        let origin = Origin::Bytes(at.into());
        let meaning = known_key::row(self.tables, key).and_then(known_key::meaning);
        let text = |words: &str| Value::Text(Cow::Owned(words.to_owned()));
        let (kind, value) = shown(&node.content);
        let plain = value.to_string();
        let is_secret = meaning == Some(Meaning::Secret);
        let utc = match node.content {
            Content::Date(seconds) => utc_ns(seconds),
            _ => None,
        };
        let tables = self.tables;
        let layout = if is_secret { tables.structure("secret", 0) } else { tables.structure("value", 0) };
        if let Some(layout) = layout {
            let moment = utc.map_or(Value::Absent, Value::Signed);
            let mut values = vec![text(path), text(kind), value];
            values.extend((!is_secret).then_some(moment));
            emit_values(self.sink, layout, &at.into(), &values);
        }
        match meaning {
            Some(Meaning::Secret) if !plain.is_empty() => {
                let text = format!("{key} holds a secret of {} characters, {}", plain.len(), fingerprint(&plain));
                self.sink.fact(Fact::Note { text, at: origin });
            }
            Some(meaning) => known_key::state(meaning, &plain, utc, origin, self.sink),
            None => {}
        }
        if let Content::Data(data) = &node.content
            && data.starts_with(MAGIC)
        {
            self.archive(path, at, data);
        }
    }

    /// A property list as the value of another one.
    fn archive(&mut self, path: &str, at: Span, data: &[u8]) {
        let inner = if self.nested < NESTED { binary::read(data, 0, None) } else { None };
        let Some(inner) = inner else {
            self.lost += 1;
            return;
        };
        if let Some(found) = location::of(&inner) {
            self.location(path, at, &found);
        }
        let outer = self.outer.replace(at);
        self.nested += 1;
        self.node(path, "", &inner);
        self.nested -= 1;
        self.outer = outer;
    }

    fn location(&mut self, path: &str, at: Span, found: &location::Location) {
        // Other apps archive places of phones and people; only this key says that it is the aircraft's.
        let is_aircraft = known_key::row(self.tables, path.split('/').next().unwrap_or(path))
            .is_some_and(|row| row.basis == "last-known location");
        let name = if is_aircraft { "location" } else { "other_location" };
        let Some(layout) = self.tables.structure(name, 0) else { return };
        let number = |value: Option<f64>| value.map_or(Value::Absent, Value::F64);
        let values = [
            Value::Text(Cow::Borrowed(path)),
            Value::F64(found.latitude),
            Value::F64(found.longitude),
            number(found.altitude),
            number(found.accuracy.filter(|metres| *metres >= 0.0)),
            found.utc_ns.map_or(Value::Absent, Value::Signed),
        ];
        emit_values(self.sink, layout, &at.into(), &values);
        let whose = if is_aircraft { "the last known position of the aircraft" } else { "an archived location" };
        let text = format!("{path}: {whose}");
        self.sink.fact(Fact::Note { text, at: Origin::Bytes(at.into()) });
    }
}

/// The two lists that describe a backup of a phone.
fn backup(root: &Node<'_>, sink: &mut dyn Sink) {
    let word = |key: &str| match root.get(key).map(|node| &node.content) {
        Some(Content::Text(text)) => text.to_string(),
        _ => "not stated".to_owned(),
    };
    if root.get("Last Backup Date").is_some() && root.get("Unique Identifier").is_some() {
        let text = format!("describes a backup of a phone: {}, iOS {}", word("Product Type"), word("Product Version"));
        sink.fact(Fact::Note { text, at: Origin::Item });
    }
    if root.get("BackupKeyBag").is_some() {
        let is_encrypted = root.get("IsEncrypted").is_some_and(|node| node.content == Content::Boolean(true));
        let text = match is_encrypted {
            true => {
                "describes a backup of a phone that is encrypted: its files and Manifest.db cannot be read without the password"
            }
            false => "describes a backup of a phone that is not encrypted",
        };
        sink.fact(Fact::Note { text: text.to_owned(), at: Origin::Item });
    }
}

/// The type and the value of a leaf.
fn shown<'a>(content: &'a Content<'_>) -> (&'static str, Value<'a>) {
    match content {
        Content::Null | Content::Array(_) | Content::Dictionary(_) => ("null", Value::Text(Cow::Borrowed(""))),
        Content::Boolean(value) => ("boolean", Value::Text(Cow::Borrowed(if *value { "true" } else { "false" }))),
        Content::Integer(value) => match i64::try_from(*value) {
            Ok(value) => ("integer", Value::Signed(value)),
            Err(_) => ("integer", Value::Text(Cow::Owned(value.to_string()))),
        },
        Content::Real(value) => ("real", Value::F64(*value)),
        Content::Date(seconds) => ("date", Value::F64(*seconds)),
        Content::Data(data) => ("data", Value::Bytes(Cow::Borrowed(data))),
        Content::Text(text) => ("string", Value::Text(Cow::Borrowed(text))),
        Content::Uid(index) => ("uid", Value::Unsigned(*index)),
    }
}
