//! Channels: what a column means. The standard ones have fixed CSV names; any other channel keeps its dotted name with
//! underscores and its unit.

/// A channel with a fixed place in the track CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelName {
    pub channel: &'static str,
    pub csv: &'static str,
}

/// The standard channels in the order of the track CSV.
pub static STANDARD: &[ChannelName] = &[
    ChannelName { channel: "height.takeoff", csv: "height_takeoff_m" },
    ChannelName { channel: "height.amsl", csv: "height_amsl_m" },
    ChannelName { channel: "height.ellipsoid", csv: "height_ellipsoid_m" },
    ChannelName { channel: "height.ground", csv: "height_ground_m" },
    ChannelName { channel: "height.pressure", csv: "height_pressure_m" },
    ChannelName { channel: "speed", csv: "speed_m_s" },
    ChannelName { channel: "velocity.north", csv: "vn_m_s" },
    ChannelName { channel: "velocity.east", csv: "ve_m_s" },
    ChannelName { channel: "velocity.down", csv: "vd_m_s" },
    ChannelName { channel: "attitude.roll", csv: "roll_deg" },
    ChannelName { channel: "attitude.pitch", csv: "pitch_deg" },
    ChannelName { channel: "attitude.yaw", csv: "yaw_deg" },
    ChannelName { channel: "satellites", csv: "satellites" },
];

/// Height references, best for a fence first; last the height of a source that does not say what it is measured from.
pub static HEIGHTS: &[&str] =
    &["height.takeoff", "height.amsl", "height.ellipsoid", "height.ground", "height.pressure", "height.unknown"];

/// The CSV column of a channel with this unit: `battery.voltage` in V is `battery_voltage_V`.
pub fn csv_name(channel: &str, unit: &str) -> String {
    if let Some(standard) = STANDARD.iter().find(|s| s.channel == channel) {
        return standard.csv.to_owned();
    }
    let name = channel.replace('.', "_");
    match unit {
        "" => name,
        "%" => format!("{name}_percent"),
        unit => format!("{name}_{}", unit.replace('/', "_")),
    }
}
