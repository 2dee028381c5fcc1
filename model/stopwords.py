"""English function words, as the tokeniser cuts them (`don't` gives `don`, its one-letter rest is dropped)."""

ENGLISH = frozenset(
    """
    an the this that these those another such same other others own each every either neither both all any some none
    no not nor only just even also too very quite rather more most less least much many few several enough
    he him his himself she her hers herself it its itself they them their theirs themselves we us our ours ourselves
    me my mine myself you your yours yourself yourselves one ones who whom whose which what whatever whoever whichever
    someone somebody something anyone anybody anything everyone everybody everything nobody nothing
    am is are was were be been being do does did doing done have has had having can could may might must shall should
    will would ought cannot
    don doesn didn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn mustn needn ain ll ve re let lets
    and or but if then else than as because since while whereas although though unless until when whenever where
    wherever why how whether so yet thus hence therefore however moreover
    about above across after afterwards against along already almost alone always among amongst around at away back
    before behind below beneath beside besides between beyond by despite down during ever except for from further
    here hereby herself in inside instead into indeed like near never nevertheless next now of off often on once onto
    out outside over per perhaps please rather really round seem seemed seeming seems still there thereafter thereby
    through throughout to together toward towards under underneath up upon via well with within without
    again later soon sometimes somewhere somewhat maybe mostly namely elsewhere
    get gets getting got gotten go goes going gone went come comes coming came make makes making made take takes
    taking took taken put puts give gives giving gave given
    """.split()
)
