// Everything read from an app folder, before anything is asked of it.
#pragma once
#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "forms/app.h"
#include "forms/config.h"
#include "forms/layout.h"
#include "forms/schema.h"
#include "forms/texts.h"

namespace alting::forms {

struct ValidationRule {
  ExprPtr condition;
  TextBinding message;
  Severity severity = Severity::error;
};
struct FieldRules {
  std::string pattern;
  std::vector<ValidationRule> rules;
  int line = 0;
};
struct Calculation {
  std::string pattern;
  ExprPtr expression;
  int line = 0;
};
struct PrefillEntry {
  std::string source, key, path;  // "ER", "Name", "virksomhet.navn"
  int line = 0;
};

struct Folder {
  // A folder with config/alting.json is made for Alting and held to all its rules. One without is an Altinn app, where
  // texts may be missing and lists may come from program code.
  bool strict = false;
  AppFacts facts;
  std::map<std::string, std::string, std::less<>> titles;
  std::string task;
  std::array<TextBook, 3> texts;  // by Language
  std::array<bool, 3> has_texts{};
  Layout layout;
  OptionBook options;
  Model model;
  std::vector<FieldRules> validations;
  std::vector<Calculation> calculations;
  std::vector<PrefillEntry> prefill;
  std::string validation_file, calculation_file, prefill_file;
  Config config;
  std::vector<Fault> unread;  // read past: tasks, and pages of other tasks

  struct Declared {  // what config/catalogue.toml says of a field
    bool said = false, personal = false, whose = false, purpose = false;
    int line = 0;
  };
  std::map<std::string, Declared, std::less<>> declared;
  bool has_catalogue = false;
};

// Rules of a validation file; incomplete ones are faults.
[[nodiscard]] std::vector<FieldRules> read_validations(const Node& root, std::vector<Fault>& faults);
[[nodiscard]] std::vector<Calculation> read_calculations(const Node& root, std::vector<Fault>& faults);

// Reads a folder; every mistake is added to `faults`, with the file's name below the folder.
[[nodiscard]] Folder read_folder(const std::filesystem::path& folder, std::vector<Fault>& faults);
// Checks the parts against each other.
void check_folder(const Folder& folder, std::vector<Fault>& faults);
// What can never be filled in right, because component and model want different things (check_fields.cpp).
void check_fields(const Folder& folder, std::vector<Fault>& faults);
// Options made from rows that can never be there, or never be stored (check_row_sources.cpp).
void check_row_sources(const Folder& folder, std::vector<Fault>& faults);
// What the model requires and nobody can fill in, so that the form can never be sent (check_required.cpp): faults of a
// form made for Alting; of an Altinn app, whose program code may fill it in, `unread_of` tells them.
[[nodiscard]] std::vector<Fault> never_filled(const Folder& folder);
// What the model requires and is filled in for some and not for others, or is sent without.
[[nodiscard]] std::vector<Fault> perhaps_not_filled(const Folder& folder);
// What those who go one of the ways would miss (check_ways.cpp): a page that no way walks, and a field that must be
// answered from the start and stands on no page of a way.
[[nodiscard]] std::vector<Fault> missed_by_ways(const Folder& folder);
// What restricts answers, or is part of the process, and is not read: no reason to refuse the folder.
[[nodiscard]] std::vector<Fault> unread_of(const Folder& folder);

}  // namespace alting::forms
