//! Records that describe records: type FFFD, one line of text each but for the first three of a definition.

use super::record::Record;

pub const KIND: u16 = 0xFFFD;

/// A field type, by the word that definitions have for it.
pub const U8: &str = "uint8_t";
pub const I8: &str = "int8_t";
pub const U16: &str = "uint16_t";
pub const I16: &str = "int16_t";
pub const U32: &str = "uint32_t";
pub const I32: &str = "int32_t";
pub const F32: &str = "float";
pub const F64: &str = "double";

/// What a log says about one of its types.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    pub name: &'static str,
    pub kind: u16,
    /// A field type and the names of fields of that type that follow each other, blank between them.
    pub fields: &'static [(&'static str, &'static str)],
}

impl Definition {
    /// The texts of its records.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = vec![format!("Op.[config]\nname\t{}\ntype\t{}", self.name, self.kind)];
        for (kind, names) in self.fields {
            texts.extend(names.split(' ').map(|name| format!("Op.{kind}\t{name} 0")));
        }
        texts
    }

    /// Its records, all of one tick.
    pub fn records(&self, tick: u32) -> Vec<Record> {
        self.texts().iter().map(|text| Record::text(KIND, tick, text)).collect()
    }
}

/// What Matrice 350 logs say of the types that are written here. Two of them are stale as in those logs: type 13 is longer
/// than its definition says, type 10085 shorter.
pub const MATRICE_350: &[Definition] = &[
    Definition {
        name: "IMU_ATTI_0",
        kind: 2048,
        fields: &[
            (F64, "long0 lati0"),
            (F32, "press0 ax0 ay0 az0 wx0 wy0 wz0 alti0 qw0 qx0 qy0 qz0 agx0 agy0 agz0 vgx0 vgy0 vgz0 gbx0 gby0 gbz0"),
            (I16, "mx0 my0 mz0 tx0 ty0 tz0"),
            (U16, "sensor_stat0 filter_stat0 svn0 atti_cnt0"),
        ],
    },
    Definition {
        name: "gps_data_0",
        kind: 2096,
        fields: &[
            (U32, "Date Time"),
            (I32, "Lon Lat Hae"),
            (F32, "Vel_N Vel_E Vel_D hdop pdop gps_fix gnss_flag hacc sacc"),
            (U32, "gps_used gln_used"),
            (U16, "NumSV GpsState"),
            (F32, "clock_drift"),
            (U32, "time_stamp"),
        ],
    },
    Definition {
        name: "raw_rtk_data",
        kind: 53234,
        fields: &[
            (U32, "Date Time"),
            (F64, "Lon_P Lat_P"),
            (F32, "Hmsl_P"),
            (I32, "Lon_S Lat_S Hmsl_S"),
            (F32, "Vel_N Vel_E Vel_D YAW"),
            (U8, "SVN_S SVN_P"),
            (F32, "hdop pitch"),
            (U8, "posFlg[0] posFlg[1] posFlg[2] posFlg[3] posFlg[4] posFlg[5]"),
            (U16, "GpsState"),
            (F32, "undulation"),
        ],
    },
    Definition {
        name: "osd_home_data",
        kind: 13,
        fields: &[
            (F64, "longtitude latitude"),
            (F32, "alti"),
            (U16, "flyinfo fixed_altitude"),
            (I16, "course_lock_torsion"),
            (U8, "recorder_state recorder_remain_space"),
            (U16, "recorder_remain_time recorder_current_file"),
            (U32, "extflyinfo"),
            (U8, "vert_limit"),
            (F32, "vert_limit_value"),
            (U32, "esc_status_info"),
            (U8, "low_limit_height"),
            (U32, "rns_state"),
            (U16, "rns_action"),
            (U32, "id_rsd1 id_rsd2 id_rsd3 id_rsd4"),
            (U8, "wind_speed_norm"),
            (U32, "fight_identity"),
            (U8, "fly_state"),
        ],
    },
    Definition {
        name: "mr_controller",
        kind: 1000,
        fields: &[
            (U32, "ctrl_tick"),
            (F32, "ctrl_pitch ctrl_roll ctrl_yaw ctrl_throttle"),
            (U8, "ctrl_mode mode_switch motor_state sig_level ctrl_level in_sim_mode"),
            (F32, "max_height max_radius"),
            (U8, "cur_plan_req cur_plan cur_mis_type cur_mis_req is_soaring_up"),
            (I16, "CL_tors"),
            (F32, "D2H_x D2H_y"),
            (U8, "D2H_type temp_level"),
            (F32, "throw_fly_inairT"),
            (U8, "in_wifi height_level rc_lost_action"),
            (U16, "go_home_height"),
        ],
    },
    Definition {
        name: "battery_info",
        kind: 1710,
        fields: &[
            (F32, "Voltage Current"),
            (U16, "R_TIME"),
            (U32, "R_CAP_MAH"),
            (U16, "LowCellVoltage"),
            (F32, "LowCellVolThreshold"),
            (I32, "AdVoltage BatVoltage BatCurrent"),
            (U8, "CapPercentage"),
            (I16, "BatTemperature"),
            (U32, "BatDynCnt"),
            (
                U8,
                "BatNotReady BatCommErr BatWithAuth BatAuthFail VolVeryLow VolNotSafe Vol1Protect Vol2Protect Cap1Protect",
            ),
            (U8, "Cap2Protect SmartGh SmartLand BatDangerous Batpresent BatHeat BatGhCntDown BatGhCmd"),
            (F32, "GhCapLevel GhLandCapLv"),
            (U8, "sopPercentage"),
            (U16, "sopValue"),
            (F32, "sopScale"),
            (U8, "sopFlg"),
            (I16, "interface_borad_temp protect_borad_temp"),
            (F32, "wind_dir home_dir wind_range_min wind_range_max cap_speed"),
            (U8, "against_wind"),
            (F32, "emergency_land_cap intel_bat_land_cap intel_bat_gh_cap ascend_current gohome_current land_current"),
            (F32, "additional_current"),
            (U8, "BatMosNotReady BatNotBalance VersionNotMatch BatFaultMeasure"),
            (U32, "HardwareState SeriousFaultState ProtectionState AlertState AlgoState"),
            (U16, "ADC07_Voltage"),
        ],
    },
    Definition {
        name: "ns_data_debug",
        kind: 10085,
        fields: &[(F32, "dt0 dt1 dt2 dt3 dt4 dt5 dt6 dt7 dt8 dt9 dt10 dt11 dt12 dt13 dt14 dt15 dt16 dt17 dt18 dt19")],
    },
    Definition {
        name: "gps_hw_status_0",
        kind: 20014,
        fields: &[(U16, "noiseperms agccnt"), (U8, "jamind"), (I8, "flag"), (U8, "jammingState spoofState")],
    },
];
