import { useEffect, useState } from "react";

const WALL_CLASS = "wall";

/**
 * Wall screen: the menu goes and everything grows with the width of the screen, full screen where the browser allows.
 * Leaving full screen (Escape) or the page leaves it.
 */
export function useWallScreen() {
  const [on, setOn] = useState(false);
  useEffect(() => {
    document.documentElement.classList.toggle(WALL_CLASS, on);
    if (!on && document.fullscreenElement) void document.exitFullscreen();
    return () => document.documentElement.classList.remove(WALL_CLASS);
  }, [on]);
  useEffect(() => {
    const left = () => {
      if (!document.fullscreenElement) setOn(false);
    };
    const escaped = (event: KeyboardEvent) => {
      if (event.key === "Escape") setOn(false);
    };
    document.addEventListener("fullscreenchange", left);
    document.addEventListener("keydown", escaped);
    return () => {
      document.removeEventListener("fullscreenchange", left);
      document.removeEventListener("keydown", escaped);
    };
  }, []);
  const toggle = () => {
    if (!on) void document.documentElement.requestFullscreen?.().catch(() => undefined);
    setOn(!on);
  };
  return { on, toggle };
}
