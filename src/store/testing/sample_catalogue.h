// Tables of a room that is not, with the catalogue a real one has: letters that are sent, what is enclosed in them, and
// who was there.
#pragma once
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/uuid.h"
#include "store/database.h"
#include "terms/catalogue.h"

namespace alting::store::testing {

inline void make_sample_tables(Database& database) {
  const auto blob = database.engine() == Engine::sqlite ? "BLOB" : "BYTEA";
  const auto made = database.write([&](Tx& tx) -> base::Status {
    tx.run(
        "CREATE TABLE sample_letter (party_id BIGINT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, title TEXT, "
        "key_id TEXT NOT NULL, sent_at BIGINT NOT NULL, PRIMARY KEY (party_id, id))");
    tx.run(
        std::string("CREATE TABLE sample_enclosure (party_id BIGINT NOT NULL, id TEXT NOT NULL, place BIGINT NOT NULL, "
                    "file_name TEXT NOT NULL, file_key ") +
        blob + ", blob_name TEXT, PRIMARY KEY (party_id, id, place))");
    tx.run("CREATE INDEX sample_enclosure_file ON sample_enclosure (blob_name)");
    tx.run("CREATE TABLE sample_visit (who BIGINT NOT NULL, at BIGINT NOT NULL)");
    tx.run("CREATE INDEX sample_visit_at ON sample_visit (at)");
    return {};
  });
  if (!made) throw std::runtime_error("no sample tables");
}

struct SampleLetter {
  std::string id;
  base::Uuid key;
  base::Instant sent_at;
  std::string state = "sent";
};
inline void add_letter(Database& database, const SampleLetter& letter) {
  const auto added = database.write([&](Tx& tx) -> base::Status {
    tx.run("INSERT INTO sample_letter (party_id, id, state, title, key_id, sent_at) VALUES (7, ?, ?, 'a title', ?, ?)",
           {letter.id, letter.state, letter.key, letter.sent_at});
    return {};
  });
  if (!added) throw std::runtime_error("no letter");
}
inline void add_enclosure(Database& database, const std::string& letter, std::int64_t place, const base::Uuid& key,
                          const std::string& blob_name = "") {
  const auto added = database.write([&](Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO sample_enclosure (party_id, id, place, file_name, file_key, blob_name) VALUES (7, ?, ?, "
        "'name.pdf', "
        "?, ?)",
        {letter, place, Value::octets(key.view()), blob_name.empty() ? Value(nullptr) : Value(blob_name)});
    return {};
  });
  if (!added) throw std::runtime_error("no enclosure");
}

inline const terms::RoomCatalogue& sample_catalogue() {
  using std::string_view;
  using terms::Acts, terms::Column, terms::ColumnType, terms::Condition, terms::CountsIn, terms::Erasure,
      terms::Keeping;
  using terms::NamesWhat, terms::Period, terms::RetentionRule, terms::RoomCatalogue, terms::RuleVersion, terms::Subject;
  using terms::SubjectForm, terms::SubjectKind, terms::Table;
  constexpr auto number = ColumnType::number;
  constexpr auto text = ColumnType::text;
  static constexpr std::array letter_columns{
      Column{"party_id", number, false, true},
      Column{"id", text},
      Column{"state", text},
      Column{"title", text, true, true},
      Column{"key_id", text, false, false, NamesWhat::key},
      Column{"sent_at", number},
  };
  static constexpr std::array enclosure_columns{
      Column{"party_id", number, false, true},
      Column{"id", text},
      Column{"place", number},
      Column{"file_name", text, false, true},
      Column{"file_key", ColumnType::octets, true, false, NamesWhat::key},
      Column{"blob_name", text, true, false, NamesWhat::blob},
  };
  static constexpr std::array visit_columns{Column{"who", number, false, true}, Column{"at", number}};
  static constexpr std::array<string_view, 2> letter_key{"party_id", "id"};
  static constexpr std::array<string_view, 3> enclosure_key{"party_id", "id", "place"};
  static constexpr std::array<string_view, 1> title{"title"}, file_name{"file_name"};
  static constexpr std::array party{Subject{"party_id", SubjectKind::party, SubjectForm::party_id, "", ""}};
  static constexpr std::array person{Subject{"who", SubjectKind::person, SubjectForm::party_id, "", ""}};
  static constexpr std::array by_people{Keeping{"sample.letter", Acts::use, ""}};
  static constexpr std::array rows{Keeping{"sample.visit", Acts::rows, "forget_visits"}};
  static constexpr std::array letter_erasures{
      Erasure{true, {}, "key_id", "party:{party_id}", "", {}, "", "", Condition{"state", "draft"}},
      Erasure{false, title, "key_id", "party:{party_id}", "", {}, "", "", std::nullopt},
  };
  static constexpr std::array enclosure_erasures{
      Erasure{false, file_name, "file_key", "party:{party_id}", "", {}, "", "", std::nullopt},
      Erasure{false, {}, "", "", "sample_letter", letter_key, "", "", std::nullopt},
  };
  static constexpr std::array visit_erasures{Erasure{true, {}, "", "", "", {}, "", "", std::nullopt}};
  static constexpr std::array tables{
      Table{"sample_letter", "Letters.", false, letter_columns, letter_key, party, "", by_people, letter_erasures, {}},
      Table{"sample_enclosure",
            "Enclosures.",
            false,
            enclosure_columns,
            enclosure_key,
            party,
            "",
            by_people,
            enclosure_erasures,
            {}},
      Table{"sample_visit", "Visits.", false, visit_columns, {}, person, "", rows, visit_erasures, {}},
  };
  static constexpr std::array two_hours{RuleVersion{base::Instant{}, Period{0, 120}, "law", "why"}};
  static constexpr std::array a_year{RuleVersion{base::Instant{}, Period{12, 0}, "law", "why"}};
  static constexpr std::array rules{
      RetentionRule{"sample.letter", "Letters.", "sent_at", CountsIn::microseconds, "", a_year},
      RetentionRule{"sample.visit", "Visits.", "at", CountsIn::microseconds, "", two_hours},
  };
  static constexpr RoomCatalogue all{"sample", tables, rules, {}, {}};
  return all;
}

}  // namespace alting::store::testing
