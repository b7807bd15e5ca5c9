package areas_test

import (
	"testing"
	"time"

	"github.com/paulmach/orb"

	"canvass/areas"
)

// A boundary proposed from the street is decided once, with a reason, and both sides are told: whoever draws by the flag that
// closes and the event, whoever walks by a receipt.
func TestDecideProposal(t *testing.T) {
	p := newPlace(t)
	a, _ := p.assigned()
	b := p.pad(p.enum, a.Epoch)
	line := shape(orb.LineString{{117.005, 35.001}, {117.005, 35.009}})
	one, two := b.did("propose_boundary", areas.ProposalValues{Geometry: line, Reason: "沿河"}), b.did("propose_boundary", areas.ProposalValues{Geometry: line, Reason: "沿路"})
	b.becomes("1 applied; 2 applied; ", one, two)
	key := func(c areas.Change) areas.ChangeKey { return areas.ChangeKey{County: county, ID: c.ID} }
	list, err := p.Proposals(t.Context(), p.gis, areas.ProposalQuery{Within: west})
	p.ok(err)
	if len(list.Items) != 2 || list.Items[1].Reason != "沿河" || list.Items[1].MadeBy != p.enum.ID {
		t.Errorf("proposed: %+v", list.Items)
	}
	_, err = p.DecideProposal(t.Context(), p.gis, key(one), true, " ")
	p.refused(err, "reason_missing")
	_, err = p.DecideProposal(t.Context(), p.act(p.enum.ID), key(one), true, "好")
	p.refused(err, "role_not_allowed")
	took, err := p.DecideProposal(t.Context(), p.gis, key(one), true, "已核对影像")
	p.ok(err)
	if took.State != "accepted" || took.Decision != "已核对影像" || took.DecidedAt == nil {
		t.Errorf("accepted: %+v", took)
	}
	if _, open := p.flags()["boundary_proposed "+string(west)]; !open {
		t.Error("one is still to be decided, and the flag is closed")
	}
	_, err = p.DecideProposal(t.Context(), p.gis, key(one), false, "不")
	p.refused(err, "decided_already")
	_, err = p.DecideProposal(t.Context(), p.supervisor, key(two), false, "河在东边")
	p.ok(err)
	if _, open := p.flags()["boundary_proposed "+string(west)]; open {
		t.Error("all is decided, and the flag is open")
	}
	told, err := p.Sync(t.Context(), b.who, areas.Batch{Device: areas.DeviceKey{County: county, ID: b.device.ID}, Clock: time.Now(),
		Known: areas.Known{Cursor: "1"}})
	p.ok(err)
	want := map[string]string{"proposal_accepted": "已核对影像", "proposal_rejected": "河在东边"}
	for _, r := range told.Receipts {
		if why := want[r.Reason]; why == "" || r.State != "applied" || r.Words.ZH[len(r.Words.ZH)-len(why):] != why {
			t.Errorf("the tablet is told %+v", r)
		}
		delete(want, r.Reason)
	}
	if len(want) > 0 {
		t.Errorf("the tablet is not told %v", want)
	}
	p.sound()
}
