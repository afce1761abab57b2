#include "store/settings.h"

#include "base/size.h"

namespace alting::store {

using base::Setting;

std::vector<Setting> settings(DataFolderOptions& into) {
  std::vector<Setting> all;
  all.push_back(base::path("data.path", into.path, "the data folder; made when it is missing").required());
  all.push_back(base::one_of("data.mode", into.mode,
                             {{"production", terms::Mode::production}, {"test", terms::Mode::test}},
                             "'test' or 'production'",
                             "`\"production\"` or `\"test\"`: written into the folder and the log's name when they are "
                             "made, and never changed")
                    .required());
  all.push_back(base::text(
      "data.postgresql", into.postgresql,
      "connection string, such as `\"host=/run/postgresql dbname=alting\"`; empty: SQLite in the data folder. For a "
      "database on another machine, production wants `sslmode=verify-full` in it (and `sslrootcert=...`, the "
      "certificates that count), and does not start without"));
  all.push_back(base::path("data.outside", into.outside,
                           "what must not go back in time when the rest is restored; put it on another disk")
                    .fallback_in_words("in the data folder"));
  return all;
}

std::vector<Setting> settings(QuotaLimits& into, terms::Mode mode) {
  if (mode == terms::Mode::test) into = into.times(more_in_test_mode);
  const auto limit = [](std::string key, std::int64_t& value, std::string help, std::int64_t unit = 1) {
    return base::whole(std::move(key), value, {1, 1'000'000'000, unit, " of one person in an hour"}, std::move(help));
  };
  return {limit("limits.drafts_per_hour", into.drafts,
                "forms that one person may begin in an hour; how all `limits` are counted is [below](#limits)"),
          limit("limits.sent_per_hour", into.sent, "forms sent"),
          limit("limits.deletions_per_hour", into.deletions, "drafts thrown away, and forms and messages deleted"),
          limit("limits.entries_per_hour", into.entries,
                "entries of the log by what has no limit of its own: moves to the archive, access given and taken, "
                "persons looked up to give it or to write to them, an agency's readings"),
          limit("limits.logins_per_hour", into.logins, "logins"),
          limit("limits.upload_megabytes_per_hour", into.bytes,
                "attachments, also those refused after they were received", base::megabyte)};
}

std::vector<Setting> settings(SweepOptions& into) {
  return {base::whole("sweeping.max_orphans", into.max_orphans, {0, 1'000'000'000},
                      "keys, or files, that no row names and that may go at once; of more none goes "
                      "([what ends by itself](#what-ends-by-itself)). `0`: none ever goes")};
}

}  // namespace alting::store
