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
    return () => document.documentElement.classList.remove(WALL_CLASS);
  }, [on]);
  useEffect(() => {
    const left = () => {
      if (!document.fullscreenElement) setOn(false);
    };
    document.addEventListener("fullscreenchange", left);
    return () => document.removeEventListener("fullscreenchange", left);
  }, []);
  const toggle = () => {
    if (!on) void document.documentElement.requestFullscreen?.().catch(() => undefined);
    else if (document.fullscreenElement) void document.exitFullscreen();
    setOn(!on);
  };
  return { on, toggle };
}
