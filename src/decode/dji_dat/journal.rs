//! What happened, in the order of the log: each event with the log's own time, and one event where two records tell of the same
//! start or stop of the motors.

use super::super::{Diagnostic, Event, EventKind, Fact, Moment, Sink};
use crate::evidence::{Extent, Origin};

/// The log in words tells of a command, another record of the state that follows: 0.2 to 0.4 s apart in the logs at hand.
const SAME_NS: i64 = 3_000_000_000;

/// Keeps events back as long as another record may tell of them too.
pub struct Journal {
    /// UTC of tick 0 in nanoseconds.
    zero_utc_ns: Option<i64>,
    held: Vec<Held>,
}

struct Held {
    event: Event,
    time_ns: i64,
    /// The record types that tell of it.
    by: Vec<u16>,
}

impl Journal {
    pub fn new(zero_utc_ns: Option<i64>) -> Self {
        Journal { zero_utc_ns, held: Vec::new() }
    }

    /// A sink that takes the events of a record of type `kind` at this time.
    pub fn of_record<'j>(&'j mut self, kind: u16, time_ns: Option<i64>, sink: &'j mut dyn Sink) -> Entry<'j> {
        Entry { journal: self, kind, time_ns, sink }
    }

    /// The log has come to this time: what nothing more can be said of goes out.
    #[inline]
    pub fn reach(&mut self, time_ns: Option<i64>, sink: &mut dyn Sink) {
        if let (Some(first), Some(now)) = (self.held.first(), time_ns)
            && now.saturating_sub(first.time_ns) > SAME_NS
        {
            self.close(sink);
        }
    }

    pub fn close(&mut self, sink: &mut dyn Sink) {
        self.held.drain(..).for_each(|held| sink.event(held.event));
    }

    fn take(&mut self, event: Event, kind: u16, time_ns: Option<i64>, sink: &mut dyn Sink) {
        let Some(now) = time_ns else {
            self.close(sink);
            return sink.event(event);
        };
        let event = match self.zero_utc_ns {
            Some(zero) if event.moment.is_none() => event.when(Moment::Utc(zero.saturating_add(now))),
            _ => event,
        };
        let is_of_motors = matches!(event.kind, EventKind::MotorsOn | EventKind::MotorsOff);
        let is_after_held = !self.held.is_empty();
        let told = self.held.iter_mut().find(|held| {
            is_of_motors
                && held.event.kind == event.kind
                && !held.by.contains(&kind)
                && (now - held.time_ns).abs() <= SAME_NS
        });
        match told {
            Some(held) => held.join(&event, kind),
            None if is_of_motors || is_after_held => {
                self.held.push(Held { event, time_ns: now, by: vec![kind] });
            }
            None => sink.event(event),
        }
    }
}

impl Held {
    /// The place of the first teller comes first; the words of both are kept.
    fn join(&mut self, other: &Event, kind: u16) {
        self.by.push(kind);
        let (Origin::Bytes(own), Origin::Bytes(at)) = (&self.event.at, &other.at) else { return };
        self.event.text += &format!("; {} (at {})", other.text, at.offset());
        let spans: Vec<_> = own.spans().chain(at.spans()).collect();
        if let Some(both) = Extent::of(&spans) {
            self.event.at = Origin::Bytes(both);
        }
    }
}

/// Events of one record on their way into the journal.
pub struct Entry<'j> {
    journal: &'j mut Journal,
    kind: u16,
    time_ns: Option<i64>,
    sink: &'j mut dyn Sink,
}

impl Sink for Entry<'_> {
    fn event(&mut self, event: Event) {
        self.journal.take(event, self.kind, self.time_ns, self.sink);
    }

    fn fact(&mut self, fact: Fact) {
        self.sink.fact(fact);
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.sink.diagnostic(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Part;

    #[derive(Default)]
    struct Events(Vec<Event>);

    impl Sink for Events {
        fn event(&mut self, event: Event) {
            self.0.push(event);
        }
    }

    fn event(kind: EventKind, text: &str, offset: usize) -> Event {
        Event::new(kind, Part::Aircraft, text, Origin::at(offset, 10))
    }

    #[test]
    fn a_start_that_two_records_tell_of_is_one_event_with_both_places() {
        let (mut journal, mut events) = (Journal::new(Some(1000)), Events::default());
        let mut tell = |kind, second: i64, event| {
            journal.reach(Some(second * 1_000_000_000), &mut events);
            journal.of_record(kind, Some(second * 1_000_000_000), &mut events).event(event);
        };
        tell(32768, 1, event(EventKind::MotorsOn, "reason", 5));
        tell(32768, 1, event(EventKind::ModeChange, "mode", 20));
        tell(1000, 2, event(EventKind::MotorsOn, "state", 40));
        // A second start by the same teller is a second start.
        tell(32768, 3, event(EventKind::MotorsOn, "again", 60));
        tell(32768, 30, event(EventKind::MotorsOff, "reason", 80));
        journal.close(&mut events);
        let told: Vec<(&str, Option<u64>)> = events.0.iter().map(|e| (e.text.as_str(), e.at.offset())).collect();
        let expected =
            [("reason; state (at 40)", Some(5)), ("mode", Some(20)), ("again", Some(60)), ("reason", Some(80))];
        assert_eq!(told, expected);
        let Origin::Bytes(at) = &events.0[0].at else { panic!("a place") };
        assert_eq!(at.spans().map(|span| span.offset).collect::<Vec<_>>(), [5, 40]);
        assert_eq!(events.0[0].moment, Some(Moment::Utc(1_000_001_000)));
    }
}
