#include "instances/prefill_sources.h"

#include <optional>

#include "access/restrictions.h"

namespace alting::instances {

std::optional<PrefillBar> prefill_bar(store::Tx& tx, const terms::Permit& permit, std::string_view org) {
  for (const auto party : {permit.party(), permit.actor().party})
    for (const auto controller : {org, access::operator_controller})
      if (access::is_restricted(tx, party, controller)) return PrefillBar{party, std::string(controller)};
  return std::nullopt;
}

std::map<std::string, std::string> prefill_sources(parties::Parties& parties, const terms::Permit& permit) {
  std::map<std::string, std::string> from;
  const auto add_address = [&from](const std::string& prefix, const std::optional<parties::Address>& address) {
    if (!address) return;
    from[prefix + "Address"] = address->lines.empty() ? "" : address->lines.front();
    from[prefix + "ZipCode"] = address->postal_code;
    from[prefix + "PostalCode"] = address->postal_code;
    from[prefix + "ZipCity"] = address->postal_place;
    from[prefix + "PostalCity"] = address->postal_place;
  };
  if (const auto organisation = parties.organisation(permit)) {
    from["ER.Name"] = organisation->party.name;
    from["ER.OrgNumber"] = organisation->party.organisation_number;
    from["ER.UnitType"] = organisation->party.organisation_form;
    from["ER.IndustryCode"] = organisation->industry_code;
    from["ER.IndustryText"] = organisation->industry_text;
    from["ER.SectorCode"] = organisation->sector_code;
    from["ER.SectorText"] = organisation->sector_text;
    from["ER.EMailAddress"] = organisation->email;
    from["ER.TelephoneNumber"] = organisation->phone;
    from["ER.MobileNumber"] = organisation->mobile;
    add_address("ER.Business", organisation->business_address);
    add_address("ER.Mailing", organisation->postal_address);
  }
  if (const auto self = parties.self(permit.actor())) {
    if (self->party.id == permit.party()) {
      from["DSF.FirstName"] = self->first_name;
      from["DSF.MiddleName"] = self->middle_name;
      from["DSF.LastName"] = self->last_name;
      from["DSF.Name"] = self->party.name;
      add_address("DSF.Mailing", self->address);  // never one that is protected
    }
    from["UserProfile.Party.Name"] = self->party.name;
    from["UserProfile.Party.Person.Name"] = self->party.name;
    from["UserProfile.Party.Person.FirstName"] = self->first_name;
    from["UserProfile.Party.Person.LastName"] = self->last_name;
    if (self->party.id == permit.party()) from.merge(contact_sources(parties, permit.actor()));
  }
  std::erase_if(from, [](const auto& entry) { return entry.second.empty(); });
  return from;
}

std::map<std::string, std::string> contact_sources(parties::Parties& parties, const terms::Actor& actor) {
  const auto contact = parties.contact(actor);
  std::map<std::string, std::string> from{{std::string(contact_source_names[0]), contact.email},
                                          {std::string(contact_source_names[1]), contact.mobile}};
  std::erase_if(from, [](const auto& entry) { return entry.second.empty(); });
  return from;
}

}  // namespace alting::instances
