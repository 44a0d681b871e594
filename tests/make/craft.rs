//! The made aircraft: real model numbers, invented names and serials.

/// Who flies, as logs tell it. Old layouts cut serials to ten bytes.
#[derive(Clone, Debug)]
pub struct Craft {
    pub product: u8,
    pub drone_type: u8,
    pub name: &'static str,
    pub aircraft_serial: &'static str,
    pub camera_serial: &'static str,
    pub controller_serial: &'static str,
    pub battery_serial: &'static str,
    /// 1 iOS, 2 Android, 6 DJI Fly.
    pub platform: u8,
    pub app: [u8; 3],
    pub fc_version: u8,
    pub cells: usize,
    pub capacity_mah: u16,
    /// ms since 1970.
    pub activation_ms: i64,
    /// Decimetres, pressure altitude of the take-off point.
    pub home_altitude: f32,
    pub user_id: &'static str,
}

const OLD: Craft = Craft {
    product: 4,
    drone_type: 2,
    name: "Sample Phantom",
    aircraft_serial: "OVF0SMP001",
    camera_serial: "OVF0CAM001",
    controller_serial: "OVF0RCS001",
    battery_serial: "OVF0BAT001",
    platform: 2,
    app: [2, 4, 3],
    fc_version: 6,
    cells: 4,
    capacity_mah: 4480,
    activation_ms: 1_443_700_800_000,
    home_altitude: -212.5,
    user_id: "",
};

/// v2 and v4: Phantom 3 Professional with DJI GO 2.
pub fn phantom_3_pro(app: [u8; 3]) -> Craft {
    Craft { app, ..OLD }
}

/// v7 and v8: Phantom 3 Standard with DJI GO 2 on Android.
pub fn phantom_3_standard() -> Craft {
    Craft {
        product: 2,
        drone_type: 4,
        aircraft_serial: "OVF0SMP002",
        camera_serial: "OVF0CAM002",
        controller_serial: "OVF0RCS002",
        battery_serial: "OVF0BAT002",
        app: [2, 9, 1],
        user_id: "5a3c1e7790bd2f48",
        home_altitude: -318.0,
        ..OLD
    }
}

/// v11: Mavic 2 with DJI GO 4 on Android.
pub fn mavic_2() -> Craft {
    Craft {
        product: 42,
        drone_type: 41,
        name: "Sample Aircraft",
        aircraft_serial: "OVF0SAMPLE0001",
        camera_serial: "OVF0CAMERA0001",
        controller_serial: "OVF0REMOTE0001",
        battery_serial: "OVF0BATTERY001",
        platform: 2,
        app: [4, 3, 64],
        fc_version: 7,
        cells: 4,
        capacity_mah: 3850,
        activation_ms: 1_583_157_600_000,
        home_altitude: -86.4,
        user_id: "0f1e2d3c4b5a6978",
    }
}

/// v12: Mini 2 with DJI Fly.
pub fn mini_2() -> Craft {
    Craft {
        product: 76,
        drone_type: 63,
        name: "Sample Mini",
        aircraft_serial: "OVF0SAMPLE0002",
        camera_serial: "OVF0CAMERA0002",
        controller_serial: "OVF0REMOTE0002",
        battery_serial: "OVF0BATTERY002",
        platform: 6,
        app: [1, 1, 8],
        cells: 2,
        capacity_mah: 2250,
        activation_ms: 1_652_868_000_000,
        home_altitude: 143.0,
        ..mavic_2()
    }
}

/// v14: Mini 4 Pro with DJI Fly.
pub fn mini_4_pro() -> Craft {
    Craft {
        product: 126,
        drone_type: 93,
        name: "Sample Locked",
        aircraft_serial: "OVF0SAMPLE000003",
        camera_serial: "",
        controller_serial: "OVF0REMOTE0003",
        battery_serial: "OVF0BATTERY003",
        app: [1, 13, 4],
        activation_ms: 1_710_496_800_000,
        capacity_mah: 2590,
        ..mini_2()
    }
}

/// v13: Mavic Air 2 with DJI Fly.
pub fn mavic_air_2() -> Craft {
    Craft {
        product: 67,
        drone_type: 58,
        name: "Sample Air",
        aircraft_serial: "OVF0SAMPLE0004",
        camera_serial: "OVF0CAMERA0004",
        controller_serial: "OVF0REMOTE0004",
        battery_serial: "OVF0BATTERY004",
        app: [1, 2, 1],
        cells: 3,
        capacity_mah: 3500,
        ..mini_2()
    }
}

/// v14: Mini 4 Pro whose keys are known.
pub fn mini_4_pro_keyed() -> Craft {
    Craft {
        name: "Sample Keyed",
        aircraft_serial: "OVF0SAMPLE000005",
        controller_serial: "OVF0REMOTE0005",
        battery_serial: "OVF0BATTERY005",
        ..mini_4_pro()
    }
}

/// v14: Matrice 350 with DJI Pilot 2; two packs, the capacity is that of both.
pub fn matrice_350() -> Craft {
    Craft {
        product: 170,
        drone_type: 89,
        name: "Sample Matrice",
        aircraft_serial: "OVF0SAMPLE000006",
        controller_serial: "OVF0REMOTE0006",
        battery_serial: "OVF0BATTERY006",
        app: [9, 1, 5],
        cells: 12,
        capacity_mah: 11_760,
        ..mini_4_pro()
    }
}
