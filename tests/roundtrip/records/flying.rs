//! Records that tell how the aircraft flies, where home is and who holds the sticks.

use crate::make::dji_txt::flying::{Custom, Gimbal, Home, Osd, Rc, RcGps, app_gps};

use super::{assert_fields, read};

#[test]
fn osd() {
    let osd = Osd {
        lat_rad: 0.75,
        lon_rad: -1.25,
        height: -183,
        velocity: [-12, 34, -56],
        attitude: [-301, 299, -1799],
        mode: 31,
        rc_lost: true,
        app_command: 6,
        can_ioc: true,
        ground_or_air: 2,
        motors_on: true,
        go_home_stage: 5,
        battery_warning: 2,
        imu_preheated: true,
        mode_channel: 3,
        gps_used: true,
        wave_error: true,
        gps_level: 5,
        battery_type: 2,
        satellites: 17,
        action: 12,
        start_fail: 0x80 | 23,
        non_gps_cause: 9,
        waypoint_limit: true,
        byte_40: 112,
        ultrasonic_height: 37,
        fly_time: 12_345,
        starts: 3,
        low_battery: 30,
        serious_battery: 10,
        fc_version: 7,
        drone_type: 41,
        imu_fail: 4,
        motor_fail: 2,
        control_device: 1,
        yaw_rate: -205,
        ..Osd::default()
    };
    let expected = [
        ("latitude", "0.75"),
        ("longitude", "-1.25"),
        ("height", "-18.3"),
        ("velocity_north", "-1.2"),
        ("velocity_east", "3.4"),
        ("velocity_down", "-5.6"),
        ("pitch", "-30.1"),
        ("roll", "29.9"),
        ("yaw", "-179.9"),
        ("flight_mode", "31"),
        ("rc_signal_lost", "1"),
        ("app_command", "6"),
        ("can_ioc", "1"),
        ("ground_or_air", "2"),
        ("motors_on", "1"),
        ("go_home_stage", "5"),
        ("battery_warning", "2"),
        ("imu_preheated", "1"),
        ("mode_channel", "3"),
        ("gps_used", "1"),
        ("compass_error", "0"),
        ("gps_level", "5"),
        ("battery_type", "2"),
        ("satellites", "17"),
        ("flight_action", "12"),
        ("motor_start_fail", "23"),
        ("non_gps_cause", "9"),
        ("waypoint_limit", "1"),
        ("vps_height", "3.7"),
        ("fly_time", "1234.5"),
        ("start_count", "3"),
        ("low_battery_threshold", "30"),
        ("serious_battery_threshold", "10"),
        ("fc_version", "7"),
        ("drone_type", "41"),
        ("imu_init_fail", "4"),
    ];
    assert_fields(1, &osd.content(50), "osd", &expected);
    assert_fields(1, &osd.content(55), "osd", &[&expected[..], &[("motor_fail", "2"), ("yaw_rate", "-20.5")]].concat());
    let short = &read(7, 1, &osd.content(50), "osd")[0];
    assert!(!short.contains_key("yaw_rate") && !short.contains_key("motor_fail"), "absent is not zero: {short:?}");
}

#[test]
fn home_gimbal_and_sticks() {
    let home = Home {
        lat_rad: -0.5,
        lon_rad: 2.5,
        altitude: 12_848.0,
        recorded: true,
        near_height_limit: true,
        beginner: true,
        ioc_mode: 2,
        go_home_height: 50,
        course_lock: -455,
        sd_percent: 21,
        log_index: 170,
        simulator: true,
        gale_warning: true,
        max_height: 120.0,
        force_landing_height: 5,
        serial: "OVF0SAMPLE0001".into(),
        ..Home::default()
    };
    let early = [
        ("latitude", "-0.5"),
        ("longitude", "2.5"),
        ("home_recorded", "1"),
        ("near_distance_limit", "0"),
        ("near_height_limit", "1"),
        ("beginner_mode", "1"),
        ("ioc_mode", "2"),
        ("go_home_height", "50"),
        ("course_lock_angle", "-45.5"),
        ("fc_log_index", "170"),
    ];
    assert_fields(2, &home.content(32), "home", &early);
    let late = [
        ("simulator", "1"),
        ("strong_wind", "1"),
        ("max_allowed_height", "120"),
        ("aircraft_serial", "OVF0SAMPLE0001"),
    ];
    assert_fields(2, &home.content(74), "home", &[&early[..], &late].concat());

    let gimbal = Gimbal {
        pitch: -905,
        roll: 12,
        yaw: -1234,
        mode: 2,
        roll_adjust: -7,
        yaw_angle: 345,
        yaw_limit: true,
        ..Gimbal::default()
    };
    let expected = [
        ("pitch", "-90.5"),
        ("roll", "1.2"),
        ("yaw", "-123.4"),
        ("mode", "2"),
        ("yaw_relative", "34.5"),
        ("yaw_limit", "1"),
    ];
    assert_fields(3, &gimbal.content(12), "gimbal", &expected);
    assert_fields(3, &gimbal.content(40), "gimbal", &expected);

    let rc = Rc {
        channels: [364, 1684, 1024, 1025, 700],
        go_home_button: true,
        mode_switch: 2,
        shutter: true,
        ..Rc::default()
    };
    let expected = [
        ("aileron", "364"),
        ("elevator", "1684"),
        ("throttle", "1024"),
        ("rudder", "1025"),
        ("gimbal", "700"),
        ("shutter", "1"),
    ];
    for len in [13, 15, 28] {
        assert_fields(
            4,
            &rc.content(len),
            "rc",
            &[&expected[..], &[("go_home_button", "1"), ("mode_switch", "2")]].concat(),
        );
    }
    assert_fields(62, &rc.display(), "rc_display", &expected[..5]);
}

#[test]
fn clocks_and_places_of_the_phone_and_the_controller() {
    let custom = Custom { photo: true, video: 2, speed: 7.5, distance: 12.25, time_ms: 1_591_025_400_123 };
    let expected =
        [("photo", "1"), ("video", "2"), ("h_speed", "7.5"), ("distance", "12.25"), ("phone_time", "1591025400123")];
    assert_fields(5, &custom.content(), "custom", &expected);
    let phone = [("latitude", "47.6"), ("longitude", "15.5"), ("accuracy_or_altitude", "4.5")];
    assert_fields(14, &app_gps(47.6, 15.5, 4.5), "app_gps", &phone);
    let receiver = RcGps {
        time: [19, 5, 30],
        year: 2015,
        month: 12,
        day: 29,
        lat_e7: 475_000_000,
        lon_e7: -155_000_000,
        satellites: 11,
        accuracy: 3.5,
        valid: 1,
        ..RcGps::default()
    };
    let expected = [
        ("hour", "19"),
        ("minute", "5"),
        ("second", "30"),
        ("year", "2015"),
        ("month", "12"),
        ("day", "29"),
        ("latitude", "47.5"),
        ("longitude", "-15.5"),
        ("satellites", "11"),
        ("accuracy", "3.5"),
        ("valid", "1"),
    ];
    assert_fields(11, &receiver.content(), "rc_gps", &expected);
}
