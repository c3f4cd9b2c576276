//! Whether the tester notices a server that errs: the same small office is run with a sound server and then with servers
//! that were broken on purpose (`docs/FAILURE-POINTS.md`), each of which must miss the bars that it breaks.

use std::path::{Path, PathBuf};

use crate::run::{self, RunError, RunOptions, TargetOptions};
use crate::scenario::bars::Bar;
use crate::scenario::{Profile, Scenario, ScenarioError, Setting};
use crate::verdict::{self, Judged, Judgement};

/// The office of the proof.
const OFFICE: &str = include_str!("../proof/small_office.toml");

/// The setting that arms failure points from the start.
const POINTS: &str = "failures.points";

/// A way to break a server.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    /// What goes wrong, in words.
    pub fault: &'static str,
    /// The failure points that are armed; none in the sound server.
    pub points: &'static str,
    /// What notices it, by the names of bars: all of them must.
    pub noticed_by: &'static [&'static str],
}

/// All proofs; the sound server comes first.
pub const PROOFS: &[Proof] = &[
    Proof { fault: "nothing", points: "", noticed_by: &[] },
    Proof { fault: "packets are lost", points: "media.forward:drop:3%", noticed_by: &["media_loss_percent"] },
    Proof { fault: "packets come twice", points: "media.forward:duplicate:1%", noticed_by: &["media_duplicated"] },
    Proof { fault: "packets change places", points: "media.forward:reorder:1%", noticed_by: &["media_late"] },
    Proof { fault: "packets are changed", points: "media.forward:corrupt:1%", noticed_by: &["media_corrupt"] },
    Proof {
        fault: "packets carry wrong numbers",
        points: "media.numbers:corrupt:1%",
        noticed_by: &["media_misnumbered"],
    },
    Proof {
        fault: "packets stray into another stream",
        points: "media.stream:corrupt:1%",
        noticed_by: &["media_misrouted"],
    },
    Proof { fault: "packets stray into another call", points: "media.call:corrupt:1%", noticed_by: &["media_foreign"] },
    Proof { fault: "nothing is passed on", points: "media.forward:drop:always", noticed_by: &["media_silent_streams"] },
    Proof {
        fault: "what was written is called not written",
        points: "store.after-commit:fail:6x+40",
        noticed_by: &["ledger_mismatches"],
    },
    Proof { fault: "a promised ticket is forgotten", points: "queue.join:drop:once+3", noticed_by: &["tickets_lost"] },
    Proof {
        fault: "the last of the line is called first",
        points: "queue.pick:reorder:always",
        noticed_by: &["order_violations", "log_violations"],
    },
    Proof {
        fault: "two clerks are given one person",
        points: "queue.pick:duplicate:always",
        noticed_by: &["tickets_doubled"],
    },
];

/// What came out of one proof.
#[derive(Debug)]
pub struct Proven {
    /// Which.
    pub proof: Proof,
    /// What was measured, of the bars that matter.
    pub judged: Vec<Judged>,
}

impl Proven {
    /// Whether the sound server is found sound, or all that should have noticed the fault did.
    #[must_use]
    pub fn holds(&self) -> bool {
        if self.proof.noticed_by.is_empty() {
            return self.judged.iter().all(|judged| judged.holds == Some(true));
        }
        // What was not measured has noticed nothing.
        let noticed = |judged: &Judged| judged.holds == Some(false) && judged.measured.is_some();
        self.judged.len() == self.proof.noticed_by.len() && self.judged.iter().all(noticed)
    }
}

/// The name that a bar is about.
fn name_of(bar: &Bar) -> String {
    String::from(bar.clone()).split(' ').next().unwrap_or_default().to_owned()
}

/// Proves one.
///
/// # Errors
/// [`RunError`] if the server could not be started.
pub async fn prove(proof: Proof, program: &Path, out: &Path) -> Result<Proven, RunError> {
    let mut scenario =
        Scenario::parse(OFFICE, "small_office").map_err(|error: ScenarioError| RunError::Usage(error.to_string()))?;
    if !proof.points.is_empty() {
        let _none_before =
            scenario.profiles.ci.server.insert(POINTS.to_owned(), Setting::Text(proof.points.to_owned()));
    }
    let bars = scenario.profiles.ci.bars.clone();
    let target = TargetOptions::Own { program: PathBuf::from(program), database: None };
    let seed = scenario.seed;
    let options = RunOptions { scenario, profile: Profile::Ci, seed, target, out: out.to_owned() };
    let findings = run::run(options).await?.judge();
    let sentence = verdict::judge(&bars, &findings, Judgement::Bars);
    let matters = |judged: &Judged| {
        let name = name_of(&judged.bar);
        proof.noticed_by.is_empty() || proof.noticed_by.contains(&name.as_str())
    };
    Ok(Proven { proof, judged: sentence.bars.into_iter().filter(matters).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proven(noticed_by: &'static [&'static str], measured: &[(&str, f64)]) -> Proven {
        let judged = measured.iter().map(|(bar, measured)| {
            let bar = Bar::try_from((*bar).to_owned()).unwrap();
            let holds = Some(bar.holds(*measured, 1.0));
            Judged { bar, measured: Some(*measured), holds }
        });
        Proven { proof: Proof { fault: "", points: "", noticed_by }, judged: judged.collect() }
    }

    #[test]
    fn every_proof_names_bars_of_the_office() {
        let scenario = Scenario::parse(OFFICE, "small_office").unwrap();
        let names: Vec<String> = scenario.profiles.ci.bars.iter().map(name_of).collect();

        for proof in PROOFS {
            for name in proof.noticed_by {
                assert!(names.iter().any(|known| known == name), "{}: {name}", proof.fault);
            }
        }
        assert!(PROOFS.first().is_some_and(|proof| proof.points.is_empty()));
    }

    #[test]
    fn a_fault_that_nobody_noticed_proves_nothing() {
        assert!(proven(&["media_late"], &[("media_late = 0", 3.0)]).holds());
        assert!(!proven(&["media_late"], &[("media_late = 0", 0.0)]).holds());
        assert!(!proven(&["media_late"], &[]).holds());
        assert!(proven(&[], &[("media_late = 0", 0.0)]).holds());
        assert!(!proven(&[], &[("media_late = 0", 3.0)]).holds());
    }
}
