import "@fontsource-variable/inter/opsz.css";
import "./tokens.css";
import "./base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { watchForFaults } from "./state/faults";

watchForFaults();
const target = document.getElementById("app");
if (target) mount(App, { target });
