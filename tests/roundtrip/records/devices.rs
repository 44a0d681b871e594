//! Records of batteries, cameras, controllers and of the app itself.

use crate::make::dji_txt::power::{self, CenterBattery, PackDynamic, PackStatic, SmartBattery, packed_date};
use crate::make::dji_txt::{content, flying};

use super::{assert_fields, read};

#[test]
fn batteries() {
    let battery = CenterBattery {
        percent: 87,
        voltage: 15_255,
        capacity_now: 3_000,
        capacity_full: 3_850,
        life_percent: 97,
        cycles: 21,
        error: 5,
        current: -12_345,
        cells: vec![3_812, 3_817, 3_811, 3_815],
        serial: 4_711,
        date: packed_date(2018, 11, 24),
        temperature: 2_991,
        ..CenterBattery::default()
    };
    let expected = [
        ("percent", "87"),
        ("voltage", "15.255"),
        ("capacity_now", "3000"),
        ("capacity_full", "3850"),
        ("life", "97"),
        ("cycles", "21"),
        ("error", "5"),
        ("current", "-12.345"),
        ("cell_voltage", "3.812 3.817 3.811 3.815 0 0"),
        ("serial", "4711"),
        ("date_month", "11"),
        ("date_day", "24"),
        ("temperature", "299.1"),
    ];
    assert_fields(7, &battery.content(35), "center_battery", &expected);
    assert_fields(7, &battery.content(40), "center_battery", &expected);

    let smart = SmartBattery {
        useful_time: 1_000,
        go_home_time: 90,
        land_time: 30,
        go_home_percent: 18,
        land_percent: 8,
        safe_radius: 3_200.0,
        consumption: 5.5,
        status: 1 << 15,
        voltage: 15_255,
        percent: 87,
        low_warning: 30,
        low_warning_on: true,
        serious_warning: 10,
        ..SmartBattery::default()
    };
    let expected = [
        ("useful_time", "1000"),
        ("go_home_time", "90"),
        ("land_time", "30"),
        ("go_home_percent", "18"),
        ("safe_radius", "3200"),
        ("consumption", "5.5"),
        ("single_battery", "1"),
        ("voltage", "15.255"),
        ("percent", "87"),
        ("low_warning", "30"),
        ("low_warning_go_home", "1"),
        ("serious_warning", "10"),
        ("serious_warning_land", "0"),
    ];
    assert_fields(8, &smart.content(), "smart_battery", &expected);

    let fixed = PackStatic {
        index: 1,
        design_capacity: 3_850,
        cycles: 21,
        full_voltage: 17_400,
        serial: 4_711,
        life_percent: 97,
        ..PackStatic::default()
    };
    let expected = [
        ("index", "1"),
        ("capacity_design", "3850"),
        ("cycles", "21"),
        ("voltage_full", "17.4"),
        ("serial", "4711"),
        ("life", "97"),
    ];
    assert_fields(22, &fixed.content(), "battery_static", &expected);
    let flow = PackDynamic {
        index: 2,
        voltage: 16_754,
        current: -5_772,
        full: 3_514,
        left: 3_300,
        temperature: 289,
        cells: 4,
        percent: 94,
        state: 0,
    };
    let expected = [
        ("index", "2"),
        ("voltage", "16.754"),
        ("current", "-5.772"),
        ("capacity_full", "3514"),
        ("capacity_left", "3300"),
        ("temperature", "28.9"),
        ("cell_count", "4"),
        ("percent", "94"),
    ];
    assert_fields(22, &flow.content(35), "battery_dynamic", &expected);
    assert_fields(22, &flow.content(135), "battery_dynamic", &expected);
    let cells = [("index", "0"), ("cell_count", "4"), ("cell_voltage", "4.211 4.212 4.213 4.214")];
    assert_fields(22, &power::pack_cells(0, &[4_211, 4_212, 4_213, 4_214]), "battery_cells", &cells);
    let left = [
        ("remaining_time", "1200"),
        ("go_home_time", "60"),
        ("land_time", "20"),
        ("go_home_percent", "18"),
        ("land_percent", "8"),
    ];
    assert_fields(63, &power::common_osd(1_200, 60, 20, 18, 8), "common_osd_0", &left);
}

#[test]
fn devices_and_small_records() {
    let recover = content::Recover {
        product: 42,
        platform: 2,
        app: [4, 3, 64],
        aircraft_serial: "OVF0SMP001".into(),
        name: "Sample".into(),
        activation: 1_583_157_600_000,
        camera_serial: "OVF0CAM001".into(),
        controller_serial: "OVF0RCS001".into(),
        battery_serial: "OVF0BAT001".into(),
        gimbal: 0x64,
    };
    let expected = [
        ("product", "42"),
        ("platform", "2"),
        ("app_version", "4 3 64"),
        ("aircraft_serial", "OVF0SMP001"),
        ("aircraft_name", "Sample"),
        ("activation", "1583157600000"),
        ("camera_serial", "OVF0CAM001"),
        ("rc_serial", "OVF0RCS001"),
        ("battery_serial", "OVF0BAT001"),
    ];
    assert_fields(13, &recover.content(85), "recover", &expected);
    assert_fields(13, &recover.content(110), "recover", &[&expected[..], &[("gimbal_type", "100")]].concat());
    let firmware = content::firmware(&[(3, 5, [1, 2, 3, 4]), (12, 1, [9, 8, 7, 6])]);
    let entries = read(11, 15, &firmware, "firmware")[0]["entries"].clone();
    assert!(
        entries.contains("sender=3 sub=5 version=1 2 3 4") && entries.contains("sender=12 sub=1 version=9 8 7 6"),
        "{entries}"
    );
    assert_fields(6, &flying::deform(true, 3, 2, 1), "deform", &[("protected", "1"), ("status", "3"), ("mode", "2")]);
    let parameters =
        [("failsafe", "2"), ("vision_positioning", "0"), ("avoid_enabled", "1"), ("user_avoid_enabled", "1")];
    assert_fields(19, &content::mc_params(2, 0b110), "mc_params", &parameters);
    assert_fields(20, &content::app_operation(0x0104, 2), "app_operation", &[("operation", "260")]);
    let camera = content::Camera {
        connected: true,
        time_synced: true,
        capturing: 1,
        recording: 2,
        sd_inserted: true,
        sd_state: 8,
        work_mode: 1,
        sd_size: 30_436,
        sd_left: 26_596,
        photos_left: 1_983,
        seconds_left: 2_239,
        record_time: 77,
        kind: 23,
        ..content::Camera::default()
    };
    let expected = [
        ("connected", "1"),
        ("usb_connected", "0"),
        ("time_synced", "1"),
        ("capture_state", "1"),
        ("record_state", "2"),
        ("sd_inserted", "1"),
        ("sd_state", "8"),
        ("work_mode", "1"),
        ("sd_total", "30436"),
        ("sd_left", "26596"),
        ("photos_left", "1983"),
        ("video_left", "2239"),
        ("record_time", "77"),
        ("camera_type", "23"),
    ];
    assert_fields(25, &camera.content(), "camera", &expected);
    let database = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    assert_fields(28, &content::fly_forbid_db(database), "fly_forbid_db", &[("uuid", database)]);
    let component = [("component", "3"), ("index", "1"), ("serial", "OVF0REMOTE0001")];
    assert_fields(40, &content::component_serial(3, 1, "OVF0REMOTE0001"), "component_serial", &component);
    let link = [("signal", "88"), ("uplink", "1"), ("antenna_1", "-60"), ("antenna_2", "-63")];
    assert_fields(49, &content::ofdm(88, true, [-60, -63]), "ofdm", &link);
    let stick = [("yaw_mode", "1"), ("roll", "0.5"), ("pitch", "-0.5"), ("yaw", "12"), ("throttle", "1")];
    assert_fields(33, &flying::virtual_stick(0b0000_1010, 0.5, -0.5, 12.0, 1.0), "virtual_stick", &stick);
    assert_eq!(read(11, 51, &content::fly_safe_limit(1), "fly_safe_limit").len(), 1);
}
