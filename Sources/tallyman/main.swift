import TallymanCommands

await TallymanCommand.runProcess()
