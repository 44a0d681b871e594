//! Single bits that turned over.

use overflown::examine::Examined;

use crate::make::damage;
use crate::support::{Log, assert_accounts, fixes};

use super::each_log;

pub fn fewer_fixes(log: &Log, examined: &Examined) -> bool {
    fixes(examined) < fixes(&log.whole)
}

#[test]
fn flipped_bits_never_add_a_fix_and_never_lose_one_in_silence() {
    each_log(|log| {
        let whole = fixes(&log.whole);
        for seed in 0..20 {
            let examined = log.examine(damage::flip_bits(&log.bytes, seed, 200));
            let what = format!("{}: 200 bits, seed {seed}", log.name);
            assert_accounts(&what, &examined);
            let found = fixes(&examined);
            assert!(found <= whole, "{what}: {found} fixes, the whole file has {whole}");
            let silent = examined.is_usable() && !examined.is_incomplete();
            assert!(!fewer_fixes(log, &examined) || !silent, "{what}: {} fixes gone and exit 0", whole - found);
        }
    });
}
