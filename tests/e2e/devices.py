"""What lets a test take devices away, keep them waiting, and see which ones are used."""

from __future__ import annotations

from tests.e2e.browser import Tab

REPLACED = """
    window.replaced = [];
    const replace = RTCRtpSender.prototype.replaceTrack;
    RTCRtpSender.prototype.replaceTrack = function (track) {
      window.replaced.push(track.getSettings().deviceId);
      return replace.call(this, track);
    };
"""
"""Notes which devices a connection went over to."""

UNPLUGGED = """
    window.unplugged = [];
    const devices = navigator.mediaDevices ?? {};
    const ask = devices.getUserMedia?.bind(devices);
    devices.getUserMedia = (wanted) =>
      window.unplugged.some((kind) => wanted[kind])
        ? Promise.reject(new DOMException("", "NotFoundError"))
        : ask(wanted);
    const list = devices.enumerateDevices?.bind(devices);
    devices.enumerateDevices = async () =>
      (await list()).filter((each) => !window.unplugged.includes(each.kind.slice(0, 5)));
    const happened = () => devices.dispatchEvent(new Event("devicechange"));
    window.unplug = (kind) => {
      window.unplugged.push(kind);
      const tracks = document.getElementById("video").srcObject.getTracks();
      for (const track of tracks.filter((each) => each.kind === kind)) {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
      happened();
    };
    window.plug = (kind) => {
      window.unplugged = window.unplugged.filter((each) => kind && each !== kind);
      happened();
    };
"""
"""Lets a test pull out the only device of a kind, and put it, or all, back."""

HELD = """
    window.held = Promise.resolve();
    const devices = navigator.mediaDevices ?? {};
    const ask = devices.getUserMedia?.bind(devices);
    devices.getUserMedia = async (wanted) => {
      await window.held;
      return ask(wanted);
    };
    window.hold = () => { window.held = new Promise((resolve) => { window.release = resolve; }); };
"""
"""Lets a test keep the page waiting for its devices."""


def begin_unseen(tab: Tab) -> None:
    """Go from the environment test to an answer: the browser's test picture has no face."""
    tab.page.locator("#tested").click()
    tab.see("#calibrate").click()
    tab.see("#calibration-progress")
    tab.see("#anyway").click()
    tab.see("#practised").click()
    tab.see("#start-answer").click()
    tab.see("#done")
