// What may touch a party's data without a role or delegation for it: the program's own jobs, and staff with an open case.
//
// Both come from closed lists, each kind with the law it rests on and all that it may do; what is not on the list cannot
// be asked for. A permit names the kind in its evidence and is checked again in the writing transaction like any other
// (access.h). The jobs here are those that act on one party's data; what only sweeps the program's own tables needs no
// permit (store/job.h). Law: personvernforordningen art. 5, 6 and 32 (access only for whose task it is).
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "store/database.h"
#include "terms/ids.h"
#include "terms/permit.h"

namespace alting::access {

enum class JobKind : std::uint8_t {
  access_end,  // takes away what was given until a day that is over, and what nobody answered
  erasure,     // carries out an erasure that was decided
  portable,    // gathers all that is kept about a party, for the party
  retention,   // ends what is past its dated rule of retention
};
enum class CaseKind : std::uint8_t {
  rights_request,  // someone asks for insight, correction, erasure, restriction
  support,         // someone asks for help
};

struct JobRule {
  JobKind kind{};
  std::string_view code;         // stands in the evidence: "party.retention"
  std::string_view legal_basis;  // Norwegian, as the law is cited
  std::span<const terms::Action> actions;
  bool only_living = false;  // not for who is dead, nor for an organisation that is deleted
};
struct CaseRule {
  CaseKind kind{};
  std::string_view code;
  std::string_view legal_basis;
  std::span<const terms::Action> actions;
  bool by_program = false;  // the program may act too, to carry out what was decided
};
[[nodiscard]] std::span<const JobRule> job_rules();
[[nodiscard]] std::span<const CaseRule> case_rules();
[[nodiscard]] const JobRule& rule_of(JobKind kind);
[[nodiscard]] const CaseRule& rule_of(CaseKind kind);
[[nodiscard]] const JobRule* find_job_rule(std::string_view code);  // nullptr: not on the list

struct OpenCase {
  terms::CaseId id;
  CaseKind kind{};
  terms::PartyId party;                            // whom it is about
  std::optional<terms::PartyId> worker = {};       // who of the staff has it; nothing: nobody yet
  std::optional<terms::InstanceId> instance = {};  // the one form it is about; nothing: all that is the party's
};
// The case of this id as the rows of this transaction have it: nothing when there is none, or it is closed. Runs inside
// the transactions of others.
using FindCase = std::function<std::optional<OpenCase>(store::Tx& tx, const terms::CaseId& id)>;

}  // namespace alting::access
