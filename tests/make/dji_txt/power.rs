//! Record contents of batteries.

use super::fields::Fields;

/// Date as the batteries write it: years since 1980 from bit 9, month from bit 5, day.
pub fn packed_date(year: u16, month: u16, day: u16) -> u16 {
    (year - 1980) << 9 | month << 5 | day
}

/// Type 7. mV, mA (negative = discharge), mAh, 0.1 K.
#[derive(Clone, Debug, Default)]
pub struct CenterBattery {
    pub percent: u8,
    pub voltage: u16,
    pub capacity_now: u16,
    pub capacity_full: u16,
    pub life_percent: u8,
    pub cycles: u16,
    pub error: u32,
    pub current: i16,
    /// Up to six; absent ones are 0.
    pub cells: Vec<u16>,
    pub serial: u16,
    pub date: u16,
    pub temperature: u16,
    pub connect_state: u8,
    pub learn_cycles: u16,
    pub charging: bool,
}

impl CenterBattery {
    /// `len` is 35 or 40.
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(40);
        f.u8(0, self.percent).u16(1, self.voltage).u16(3, self.capacity_now).u16(5, self.capacity_full);
        f.u8(7, self.life_percent).u16(8, self.cycles).u32(10, self.error).i16(14, self.current);
        for (at, &cell) in self.cells.iter().take(6).enumerate() {
            f.u16(16 + 2 * at, cell);
        }
        f.u16(28, self.serial).u16(30, self.date).u16(32, self.temperature).u8(34, self.connect_state);
        f.u16(37, self.learn_cycles).u8(39, u8::from(self.charging));
        f.cut(len)
    }
}

/// Type 8. Times in s, thresholds in %, m, mV.
#[derive(Clone, Debug, Default)]
pub struct SmartBattery {
    pub useful_time: u16,
    pub go_home_time: u16,
    pub land_time: u16,
    pub go_home_percent: u16,
    pub land_percent: u16,
    pub safe_radius: f32,
    pub consumption: f32,
    pub status: u32,
    pub go_home_status: u8,
    pub countdown: u8,
    pub voltage: u16,
    pub percent: u8,
    pub low_warning: u8,
    pub low_warning_on: bool,
    pub serious_warning: u8,
    pub serious_warning_on: bool,
    pub voltage_percent: u8,
}

impl SmartBattery {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(30);
        f.u16(0, self.useful_time).u16(2, self.go_home_time).u16(4, self.land_time);
        f.u16(6, self.go_home_percent).u16(8, self.land_percent);
        f.f32(10, self.safe_radius).f32(14, self.consumption).u32(18, self.status);
        f.u8(22, self.go_home_status).u8(23, self.countdown).u16(24, self.voltage).u8(26, self.percent);
        f.u8(27, self.low_warning | u8::from(self.low_warning_on) << 7);
        f.u8(28, self.serious_warning | u8::from(self.serious_warning_on) << 7);
        f.u8(29, self.voltage_percent);
        f.whole()
    }
}

/// Type 22, kind 1: what does not change. mAh, mV.
#[derive(Clone, Debug, Default)]
pub struct PackStatic {
    pub index: u8,
    pub design_capacity: u32,
    pub cycles: u16,
    pub full_voltage: u32,
    pub serial: u16,
    pub name: String,
    pub version: String,
    pub life_percent: u8,
    pub kind: u8,
}

impl PackStatic {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(41);
        f.u8(0, 1).u8(1, self.index).u32(2, self.design_capacity).u16(6, self.cycles).u32(8, self.full_voltage);
        f.u16(14, self.serial).text(16, 10, &self.name).text(31, 8, &self.version);
        f.u8(39, self.life_percent).u8(40, self.kind);
        f.whole()
    }
}

/// Type 22, kind 2: what flows. mV, mA, mAh, 0.1 °C.
#[derive(Clone, Debug, Default)]
pub struct PackDynamic {
    pub index: u8,
    pub voltage: i32,
    pub current: i32,
    pub full: u32,
    pub left: u32,
    pub temperature: i16,
    pub cells: u8,
    pub percent: u8,
    pub state: u64,
}

impl PackDynamic {
    /// `len` is 35 as described, or 135 as a Mavic 2 wrote it.
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(135);
        f.u8(0, 2).u8(1, self.index).i32(2, self.voltage).i32(6, self.current).u32(10, self.full).u32(14, self.left);
        f.i16(18, self.temperature).u8(20, self.cells).u8(21, self.percent);
        f.put(22, &self.state.to_le_bytes());
        f.cut(len)
    }
}

/// Type 22, kind 3: the cells, mV.
pub fn pack_cells(index: u8, cells: &[u16]) -> Vec<u8> {
    let mut out = vec![3, index, cells.len() as u8];
    out.extend(cells.iter().flat_map(|cell| cell.to_le_bytes()));
    out
}

/// Type 63, sub 0: remaining, go-home and landing times in s, thresholds in %.
pub fn common_osd(remaining: u16, go_home: u16, land: u16, go_home_percent: u8, land_percent: u8) -> Vec<u8> {
    let mut f = Fields::new(10);
    f.u16(2, remaining).u16(4, go_home).u16(6, land).u8(8, go_home_percent).u8(9, land_percent);
    f.whole()
}
