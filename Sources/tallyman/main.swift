import TallymanCommands

await runTallyman()
