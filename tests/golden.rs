//! Figures that must not move: the made samples against their encoders, real logs against figures that other programs and
//! careful hand work gave, and one pinned row a file for everything that only we count.

mod accounting;
mod figures;
mod pinned;
mod samples;
