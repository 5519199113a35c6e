//! The words of the concept schemes: kinds, statistics, outlooks, comparisons, bounds, statuses, types of event.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An enumeration whose members are the last path segments of SKOS concepts.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $scheme:literal $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$item])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// The scheme's name, the path segment after `vocab/`.
            pub const SCHEME: &'static str = $scheme;
            /// Every member.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The concept's last path segment.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The member of that name.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|item| item.as_str() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

vocabulary! {
    /// What a value is a bound of.
    "bound" Bound {
        /// The value itself.
        Exact = "exact",
        /// At least the value.
        Min = "min",
        /// At most the value.
        Max = "max",
        /// About the value.
        Approx = "approx",
    }
}

vocabulary! {
    /// Kinds of place, as in the annotation guideline.
    "place-kind" PlaceKind {
        /// 省, 自治区.
        Province = "province",
        /// 市.
        City = "city",
        /// 区, 县.
        District = "district",
        /// 镇, 街道, 村, 社区.
        Town = "town",
        /// Development zone, park, new town.
        Zone = "zone",
        /// Building or site.
        Site = "site",
        /// Mountain, river, reserve.
        Nature = "nature",
        /// Above the divisions: 成渝地区双城经济圈.
        Region = "region",
        /// Roads, countries and the rest.
        Other = "other",
    }
}

vocabulary! {
    /// Kinds of organization, as in the annotation guideline.
    "organization-kind" OrganizationKind {
        /// Government body.
        Government = "government",
        /// Party body.
        Party = "party",
        /// People's congress.
        Legislature = "legislature",
        /// 政协.
        Advisory = "advisory",
        /// Enterprise.
        Enterprise = "enterprise",
        /// University.
        University = "university",
        /// School.
        School = "school",
        /// Research institute.
        Research = "research",
        /// Named centre, base or incubator acting as an institution.
        Platform = "platform",
        /// Alliance or association.
        Alliance = "alliance",
        /// News medium.
        Media = "media",
        /// Military.
        Military = "military",
        /// Residents' committee, volunteer team.
        Community = "community",
        /// Museum, library, academy.
        Cultural = "cultural",
        /// Fund.
        Fund = "fund",
        /// The rest.
        Other = "other",
    }
}

vocabulary! {
    /// What a figure says of its indicator.
    "statistic" Statistic {
        /// How much there is.
        Level = "level",
        /// A rate of change.
        Growth = "growth",
        /// An absolute increase.
        Change = "change",
        /// A part of a whole.
        Share = "share",
        /// A place in an order.
        Rank = "rank",
    }
}

vocabulary! {
    /// Whether a figure was observed or lies ahead.
    "outlook" Outlook {
        /// It was observed.
        Observed = "observed",
        /// It is expected.
        Forecast = "forecast",
        /// It is aimed at.
        Target = "target",
    }
}

vocabulary! {
    /// What a growth or change is measured against.
    "comparison" Comparison {
        /// Nothing.
        None = "none",
        /// The same time a year before.
        YearOnYear = "year-on-year",
        /// The period before.
        PeriodOnPeriod = "period-on-period",
        /// The mean over some years.
        AnnualAverage = "annual-average",
        /// A named base period.
        SinceBase = "since-base",
        /// Something else than an earlier time.
        AgainstOther = "against-other",
    }
}

vocabulary! {
    /// How far a project has come.
    "status" Status {
        /// Planned.
        Planned = "planned",
        /// Signed.
        Signed = "signed",
        /// Started.
        Started = "started",
        /// Under way.
        Ongoing = "ongoing",
        /// Completed.
        Completed = "completed",
    }
}

vocabulary! {
    /// Types of event, as in the annotation guideline.
    "event-type" EventType {
        /// Press conference.
        PressConference = "press-conference",
        /// Signing.
        Signing = "signing",
        /// Ground-breaking.
        Groundbreaking = "groundbreaking",
        /// Unveiling.
        Unveiling = "unveiling",
        /// Founding.
        Founding = "founding",
        /// Meeting.
        Meeting = "meeting",
        /// Visit.
        Visit = "visit",
        /// Award.
        Award = "award",
        /// Exhibition.
        Exhibition = "exhibition",
        /// Campaign.
        Campaign = "campaign",
        /// Recognition: 获评, 入选, 获批.
        Recognition = "recognition",
        /// Completion.
        Completion = "completion",
        /// Launch.
        Launch = "launch",
        /// Agreement.
        Agreement = "agreement",
        /// Another kind.
        Other = "other",
    }
}
