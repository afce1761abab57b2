#include "parties/registry.h"

#include "base/log.h"
#include "base/text.h"
#include "parties/national_id.h"
#include "parties/organisation_content.h"
#include "parties/organisation_number.h"
#include "parties/party_rows.h"
#include "parties/recent_parties.h"
#include "parties/register_facts.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

constexpr int wrong_tries_an_hour = 10;
constexpr std::size_t favourites_limit = 200;

base::Error not_found() { return base::make_error(base::ErrorKind::not_found, "error.party.not_found"); }

bool same_words(std::string_view a, std::string_view b) { return base::search_words(a) == base::search_words(b); }

class DatabaseRegistry final : public Registry {
 public:
  explicit DatabaseRegistry(const RegistryParts& parts) : parts_(parts), recent_(parts.database, parts.clock) {
    reload();
  }

  const Graph& graph() const override { return graph_; }
  const RegistryParts& parts() const override { return parts_; }

  void reload() override {
    std::lock_guard one_reload(reload_);
    {
      std::lock_guard hold(made_since_mutex_);
      made_since_.clear();
      reloading_ = true;
    }
    auto next = load_graph(parts_.database);
    std::lock_guard hold(made_since_mutex_);
    for (const auto& made : made_since_) next.add_late(made.node());
    made_since_.clear();
    reloading_ = false;
    graph_.swap_in(std::move(next));
  }

  std::optional<Party> find(terms::PartyId id) override {
    return in_graph([&](const GraphData& graph) { return graph.index_of(id); });
  }
  std::optional<Party> find(const terms::PartyUuid& uuid) override {
    return in_graph([&](const GraphData& graph) { return graph.index_of(uuid); });
  }
  std::optional<Party> find_organisation(std::string_view number) override {
    return in_graph([&](const GraphData& graph) { return graph.index_of_organisation(number); });
  }
  std::vector<Party> find_many(const std::vector<terms::PartyId>& ids) override {
    return graph_.read([&](const GraphData& graph) {
      std::vector<Party> found;
      for (const auto& id : ids)
        if (const Index at = graph.index_of(id); at != no_index) found.push_back(graph.party(at));
      return found;
    });
  }

  std::optional<Organisation> organisation(const terms::Permit& permit) override {
    const auto party = find(permit.party());
    if (!party || party->kind == PartyKind::person) return std::nullopt;
    const auto row = parts_.database.read([&](store::Tx& tx) {
      return tx.query_one(
          "SELECT o.content, o.generation, c.register FROM organisation o JOIN register_current c ON c.generation = "
          "o.generation "
          "WHERE o.party = ? ORDER BY o.generation DESC LIMIT 1",
          {permit.party()});
    });
    if (!row) return std::nullopt;
    Organisation organisation;
    const auto [content, generation, name] = store::read_row<std::string, std::int64_t, std::string>(*row);
    read_content(content, organisation);
    organisation.party = *party;
    organisation.source = source_text(name, generation);
    return organisation;
  }

  std::optional<Person> self(const terms::Actor& actor) override {
    if (actor.kind != terms::ActorKind::person) return std::nullopt;
    return read_person(actor.party);
  }

  base::Result<Person> sign_in(const terms::NationalIdText& national_id) override {
    ALTING_TRY(number, read_national_id(national_id.reveal(), parts_.mode));
    ALTING_TRY(known, parts_.folkeregisteret.look_up(number, FolkeregisterUse::login));
    if (known.dead()) return dead_now(number, known);
    const auto key = keep(number, known);
    const auto at = parts_.clock.now();
    ALTING_CHECK(parts_.database.write([&](store::Tx& tx) -> base::Status {
      (void)user_of(tx, key.id, at);
      return {};
    }));
    auto person = read_person(key.id);
    if (!person) return not_found();
    return *std::move(person);
  }

  base::Result<Party> look_up_person(const terms::Actor& by, const terms::NationalIdText& national_id,
                                     std::string_view last_name) override {
    if (!by.is_person()) return base::make_error(base::ErrorKind::forbidden, "error.access.needs_person");
    const auto now = parts_.clock.now();
    // Counted as wrong before it is looked at, so that many at once are counted too.
    ALTING_CHECK(parts_.database.write([&](store::Tx& tx) -> base::Status {
      if (const auto spent = parts_.quotas.spend(tx, store::Spending::entries, now, by.party); !spent)
        return spent.error();
      tx.run("DELETE FROM person_lookup_failure WHERE actor = ? AND tried_at <= ?",
             {by.party, now - base::Duration::hours(1)});
      const auto [tries, first_tried] = store::read_row<std::int64_t, std::optional<base::Instant>>(
          tx.query_one("SELECT COUNT(*), MIN(tried_at) FROM person_lookup_failure WHERE actor = ?", {by.party})
              .value());
      if (tries >= wrong_tries_an_hour) {
        const auto left = (first_tried.value() + base::Duration::hours(1) - now).micros;
        return base::make_error(base::ErrorKind::too_many, "error.person.too_many_tries", "",
                                {{"minutes", std::to_string((left + 59'999'999) / 60'000'000)}});
      }
      tx.run("INSERT INTO person_lookup_failure (actor, tried_at) VALUES (?, ?)", {by.party, now});
      return {};
    }));
    const auto was_not_wrong = [&] {
      return parts_.database.write([&](store::Tx& tx) -> base::Status {
        tx.run("DELETE FROM person_lookup_failure WHERE actor = ? AND tried_at = ?", {by.party, now});
        return {};
      });
    };
    const auto number = read_national_id(national_id.reveal(), parts_.mode);
    if (number) {
      auto known = parts_.folkeregisteret.look_up(*number, FolkeregisterUse::delegation);
      if (!known && known.error().kind == base::ErrorKind::unavailable) {
        ALTING_CHECK(was_not_wrong());
        return std::move(known.error());
      }
      if (known && !known->dead() && !known->last_name.empty() && same_words(known->last_name, last_name)) {
        ALTING_CHECK(was_not_wrong());
        const auto key = keep(*number, *known);
        if (auto party = find(key.id)) return *std::move(party);
      }
    }
    return base::make_error(base::ErrorKind::not_found, "error.person.no_match",
                            "number and last name do not belong together");
  }

  base::Result<Party> find_person(const terms::Permit& permit, const terms::NationalIdText& national_id) override {
    if (permit.action() != terms::Action::agency_send) return not_found();
    ALTING_TRY(number, read_national_id(national_id.reveal(), parts_.mode));
    // Who is known is not asked for again: that they live is said by the graph.
    const auto lookup = parts_.numbers.lookup(number);
    const auto known = parts_.database.read([&](store::Tx& tx) { return find_by_identifier(tx, "national", lookup); });
    if (known) {
      if (parts_.database.read([&](store::Tx& tx) { return is_dead(tx, known->id); }))
        return base::make_error(base::ErrorKind::forbidden, "error.person.dead", "registered as dead");
      if (auto party = find(known->id)) return *std::move(party);
    }
    ALTING_TRY(person, parts_.folkeregisteret.look_up(number, FolkeregisterUse::message));
    if (person.dead()) return dead_now(number, person);
    if (auto party = find(keep(number, person).id)) return *std::move(party);
    return not_found();
  }

  ContactPoint contact(const terms::Actor& actor) override {
    const auto number = actor.kind == terms::ActorKind::person ? national_id(actor.party) : std::nullopt;
    if (!number) return {};
    const auto person = parts_.krr.look_up(*number);
    return person ? usable_contact(*person, parts_.clock.now()) : ContactPoint{};
  }

  std::optional<terms::NationalIdText> identity_number(const terms::Permit& permit) override {
    return national_id(permit.party());
  }

  std::optional<terms::NationalIdText> national_id(terms::PartyId person) override {
    const auto row = parts_.database.read([&](store::Tx& tx) {
      return tx.query_one(
          "SELECT sealed FROM party_identifier WHERE party = ? AND kind = 'national' ORDER BY CASE WHEN valid_to IS "
          "NULL THEN 0 ELSE 1 END, valid_from DESC LIMIT 1",
          {person});
    });
    const auto sealed = row ? store::read_one<std::optional<base::Bytes>>(*row) : std::nullopt;
    if (!sealed) return std::nullopt;
    return parts_.numbers.open(*sealed);
  }

  std::vector<RoleFact> roles_in(terms::PartyId organisation) override {
    return graph_.read([&](const GraphData& graph) {
      std::vector<RoleFact> facts;
      if (const Index at = graph.index_of(organisation); at != no_index)
        for (const auto& edge : graph.held_in(at))
          facts.push_back(
              {graph.id(edge.other), organisation, std::string(role_codes[edge.role]), graph.source(edge.source)});
      return facts;
    });
  }

  std::vector<RoleFact> own_roles(const terms::Actor& actor) override {
    return graph_.read([&](const GraphData& graph) {
      std::vector<RoleFact> facts;
      if (const Index at = graph.index_of(actor.party); at != no_index)
        for (const auto& edge : graph.held_by(at))
          facts.push_back(
              {actor.party, graph.id(edge.other), std::string(role_codes[edge.role]), graph.source(edge.source)});
      return facts;
    });
  }

  void set_favourite(const terms::Permit& permit, bool favourite) override {
    const auto user = permit.actor().user_id;
    if (user == 0) return;
    (void)parts_.database.write([&](store::Tx& tx) -> base::Status {
      if (favourite)
        tx.run(
            "INSERT INTO favourite_party (user_id, party, made_at) VALUES (?, ?, ?) ON CONFLICT (user_id, party) DO "
            "NOTHING",
            {user, permit.party(), parts_.clock.now()});
      else
        tx.run("DELETE FROM favourite_party WHERE user_id = ? AND party = ?", {user, permit.party()});
      return {};
    });
  }
  void note_represented(const terms::Permit& permit) override {
    if (permit.actor().user_id != 0) recent_.note(permit.actor().user_id, permit.party());
  }
  std::vector<terms::PartyId> favourites(const terms::Actor& actor) override {
    return ids("SELECT party FROM favourite_party WHERE user_id = ? ORDER BY made_at, party LIMIT ?", actor.user_id,
               favourites_limit);
  }
  std::vector<terms::PartyId> recent(const terms::Actor& actor, int limit) override {
    return actor.user_id == 0 ? std::vector<terms::PartyId>() : recent_.list(actor.user_id, limit);
  }

 private:
  struct Made {
    terms::PartyId id;
    terms::PartyUuid uuid;
    std::string name, sort_name;
    bool dead;
    [[nodiscard]] NewNode node() const {
      NewNode node;
      node.id = id;
      node.uuid = uuid;
      node.name = name;
      node.sort_name = sort_name;
      node.dead = dead;
      return node;
    }
  };

  template <class F>
  std::optional<Party> in_graph(F&& place) {
    return graph_.read([&](const GraphData& graph) -> std::optional<Party> {
      const Index at = place(graph);
      if (at == no_index) return std::nullopt;
      return graph.party(at);
    });
  }

  // Who is known here is known as dead from now on; of others nothing is stored.
  base::Error dead_now(const terms::NationalIdText& number, const FolkeregisterPerson& person) {
    const auto lookup = parts_.numbers.lookup(number);
    if (parts_.database.read([&](store::Tx& tx) { return find_by_identifier(tx, "national", lookup); }))
      (void)keep(number, person);
    return base::make_error(base::ErrorKind::forbidden, "error.person.dead", "registered as dead");
  }

  // Stores what the register said and puts the person into the graph, before anyone is answered.
  PartyKey keep(const terms::NationalIdText& number, const FolkeregisterPerson& person) {
    const auto stored = store_form(parts_.numbers, number, parts_.random);
    std::vector<StoredChange> changes;
    for (const auto& change : person.changes) changes.push_back(store_form(parts_.numbers, change, parts_.random));
    const auto name = make_party_name(person.full_name());
    const auto at = parts_.clock.now();
    const auto uuid = base::Uuid::v7(parts_.random, at);
    bool two_parties = false;
    const auto key = parts_.database.write([&](store::Tx& tx) -> base::Result<PartyKey> {
      // Before, so that who is known by another number is found; after, so that the others will find who is new.
      const auto join = [&] {
        two_parties = false;
        for (const auto& change : changes) two_parties |= change_number(tx, change) == NumberChanged::two_parties;
      };
      join();
      const auto kept = upsert_person(tx, stored, person, name, uuid, at);
      join();
      return kept;
    });
    if (!key) throw std::runtime_error("storing a person was refused");
    if (two_parties)
      base::log(base::LogLevel::warning, "parties.person_has_two_parties", {{"party", key->uuid.text()}});
    const Made made{key->id, key->uuid, name.name, name.sort_name, person.dead()};
    std::lock_guard hold(made_since_mutex_);
    if (reloading_) made_since_.push_back(made);
    graph_.add_late(made.node());
    return *key;
  }

  std::optional<Person> read_person(terms::PartyId id) {
    const auto row = parts_.database.read([&](store::Tx& tx) {
      return tx.query_one(
          "SELECT u.user_id, n.first_name, n.middle_name, n.last_name, n.birth_date, n.dead, n.source, n.is_protected, "
          "n.address, n.postal_code, n.postal_place, n.municipality, n.country FROM person n LEFT JOIN portal_user u "
          "ON u.party = n.party WHERE n.party = ?",
          {id});
    });
    const auto party = find(id);
    if (!row || !party) return std::nullopt;
    Person person;
    person.party = *party;
    store::RowReader from(*row);
    person.user_id = from.next<std::optional<std::int64_t>>().value_or(0);
    person.first_name = from.next<std::string>();
    person.middle_name = from.next<std::string>();
    person.last_name = from.next<std::string>();
    person.birth_date = from.next<std::string>();
    person.dead = from.next<bool>();
    person.source = from.next<std::string>();
    const bool is_protected = from.next<bool>();
    if (auto address = from.next<std::optional<std::string>>(); address && !is_protected)
      person.address = Address{.lines = {*std::move(address)},
                               .postal_code = from.next_or_empty(),
                               .postal_place = from.next_or_empty(),
                               .municipality = from.next_or_empty(),
                               .country = from.next_or_empty()};
    return person;
  }

  std::vector<terms::PartyId> ids(std::string_view sql, std::int64_t user, std::size_t limit) {
    if (user == 0) return {};
    return parts_.database.read([&](store::Tx& tx) {
      std::vector<terms::PartyId> found;
      for (const auto& row : tx.query(sql, {user, static_cast<std::int64_t>(limit)}))
        found.push_back(store::read_one<terms::PartyId>(row));
      return found;
    });
  }

  RegistryParts parts_;
  Graph graph_;
  std::mutex reload_, made_since_mutex_;
  std::vector<Made> made_since_;
  bool reloading_ = false;
  RecentParties recent_;
};

}  // namespace

std::unique_ptr<Registry> make_registry(const RegistryParts& parts) {
  return std::make_unique<DatabaseRegistry>(parts);
}

}  // namespace alting::parties
