"""How the command line takes flags that stand before a command."""

import click


class CommandGroup(click.Group):
    """The commands; a flag before one is a flag of that command, or a mistake: never ignored."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, and its arguments with those that stood before its name."""
        name, command, rest = super().resolve_command(ctx, args)
        flags = {one.name: one for one in command.params} if command else {}
        before: list[str] = []
        for parameter in self.params:
            source = ctx.get_parameter_source(parameter.name or "")
            if source is not click.core.ParameterSource.COMMANDLINE:
                continue
            flag = parameter.opts[0]
            if parameter.name not in flags:
                raise click.UsageError(f"{flag} is no flag of {name}", ctx)
            value = ctx.params[parameter.name]
            if value is True:
                before.append(flag)
            else:
                values = value if isinstance(value, tuple) else (value,)
                before += [f"{flag}={one}" for one in values]
        return name, command, [*before, *rest]
