//! Dates with the year at their end: whether the month or the day stands first. A date that can be read one way only decides, then
//! the dots, before which the day stands, then a date in the name of the file; else nothing does, and no such date is read.

use chrono::NaiveDate;

use crate::bytes::civil::{YearLast, date_len, year_last};

/// How dates with the year at their end are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// There are none.
    #[default]
    None,
    /// The order, and why.
    Known(YearLast, String),
    /// A date that can be read both ways.
    Open(String),
}

impl Order {
    /// From cells that begin with a date, and the name of the file.
    pub fn of<'c>(cells: impl Iterator<Item = &'c [u8]>, name: &str) -> Self {
        let mut first: Option<(&[u8], NaiveDate, NaiveDate)> = None;
        for cell in cells {
            let date = cell.get(..date_len(cell)).unwrap_or_default();
            match year_last(date) {
                Some([Some(month_first), Some(day_first)]) => {
                    first.get_or_insert((date, month_first, day_first));
                }
                Some([Some(_), None]) => {
                    return Order::known(YearLast::MonthFirst, &format!("as {} shows", text(date)));
                }
                Some([None, Some(_)]) => return Order::known(YearLast::DayFirst, &format!("as {} shows", text(date))),
                Some([None, None]) | None => {}
            }
        }
        let Some((date, month_first, day_first)) = first else { return Order::None };
        let named = dates_in(name);
        if month_first == day_first {
            Order::known(YearLast::DayFirst, "which is the same as the day")
        } else if date.contains(&b'.') {
            Order::known(YearLast::DayFirst, "as dates with dots are written")
        } else if named.contains(&month_first) {
            Order::known(YearLast::MonthFirst, "as the date in the name of the file shows")
        } else if named.contains(&day_first) {
            Order::known(YearLast::DayFirst, "as the date in the name of the file shows")
        } else {
            Order::Open(text(date))
        }
    }

    fn known(order: YearLast, why: &str) -> Self {
        Order::Known(order, why.to_owned())
    }

    pub fn year_last(&self) -> Option<YearLast> {
        match self {
            Order::Known(order, _) => Some(*order),
            Order::None | Order::Open(_) => None,
        }
    }
}

fn text(date: &[u8]) -> String {
    String::from_utf8_lossy(date).into_owned()
}

/// Dates in a name, the year first: `2019-01-09`, `2019_01_09`, `20190109`.
fn dates_in(name: &str) -> Vec<NaiveDate> {
    const FORMS: [(usize, &str); 3] = [(10, "%Y-%m-%d"), (10, "%Y_%m_%d"), (8, "%Y%m%d")];
    let at = |from: usize| FORMS.iter().filter_map(move |(len, form)| Some((name.get(from..from + len)?, form)));
    let dates = (0..name.len()).flat_map(at).filter_map(|(words, form)| NaiveDate::parse_from_str(words, form).ok());
    dates.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(cells: &[&str], name: &str) -> Option<YearLast> {
        Order::of(cells.iter().map(|cell| cell.as_bytes()), name).year_last()
    }

    #[test]
    fn a_date_of_one_reading_then_dots_then_the_name_decide() {
        use YearLast::{DayFirst, MonthFirst};
        assert_eq!(order(&["1/9/2025", "1/31/2025"], "log.csv"), Some(MonthFirst));
        assert_eq!(order(&["1/9/2025 10:00", "31/1/2025 10:00"], "log.csv"), Some(DayFirst));
        assert_eq!(order(&["01.09.2025"], "2025-01-09.csv"), Some(DayFirst));
        assert_eq!(order(&["1/9/2025"], "DJIFlightRecord_2025-01-09_[10-00-00].csv"), Some(MonthFirst));
        assert_eq!(order(&["1/9/2025"], "20250901.csv"), Some(DayFirst));
        assert_eq!(order(&["1/9/2025"], "2024-01-09.csv"), None);
        assert_eq!(Order::of([b"1/9/2025".as_slice()].into_iter(), "log.csv"), Order::Open("1/9/2025".to_owned()));
        assert_eq!(Order::of([b"2025-01-09".as_slice(), b"12:00:00"].into_iter(), "log.csv"), Order::None);
    }
}
