import { describe, expect, test } from "vitest";
import { IFPAGE } from "../../../core/memory/interface-page.ts";
import * as layout from "../../../core/memory/layout.ts";
import { REGIONS } from "../../../core/memory/regions.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { arrayHeader, oldArrayHeader } from "../../../core/objects/arrays/arrays.ts";
import * as blocks from "../../../core/objects/arrays/blocks.ts";
import * as frames from "../../../core/objects/code/frames.ts";
import * as functions from "../../../core/objects/code/functions.ts";
import * as cons from "../../../core/objects/cons.ts";
import { dtdAddress, typeDescriptor } from "../../../core/objects/dtd.ts";
import * as packages from "../../../core/objects/packages.ts";
import * as symbols from "../../../core/objects/symbols.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { isException } from "../../support/golden/golden-exceptions.ts";

type Field = readonly [name: string, cell: number, low: number, width: number];
interface Layout {
  readonly structs: Readonly<Record<string, { readonly bytes: number; readonly fields: readonly Field[] }>>;
  readonly regions: Readonly<Record<string, readonly [start: number, words: number]>>;
  readonly constants: Readonly<Record<string, number>>;
}

/** How our code sees a record that lies at `base`. */
interface View {
  readonly base: number;
  /** Fields that must have a value for the record to be read at all. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** Bits of a field that our reader gives, when it gives fewer. */
  readonly mask?: Readonly<Record<string, number>>;
  readonly read: (memory: VirtualMemory) => Readonly<Record<string, number | boolean | undefined>>;
}

const HEAP = 0x2e0000;
const TYPE_ONED = 0x2e0200;
const TYPE_GENERAL = 0x2e0400;
const TYPE_OLD_STRING = 0x2e0600;
const TYPE_OLD_ARRAY = 0x2e0800;
const BASIC_FRAME = 0xfff0;

const array = (base: number) => (memory: VirtualMemory) => {
  const header = arrayHeader(memory, base);
  return {
    base: header?.base,
    offset: header?.offset,
    typenumber: header?.elementType,
    extendablep: header?.isExtendable,
    fillpointerp: header?.hasFillPointer,
    displacedp: header?.isDisplaced,
    ajustablep: header?.isAdjustable,
    adjustablep: header?.isAdjustable,
    stringp: header?.isString,
    readonlyp: header?.isReadOnly,
    fillpointer: header?.length,
    Dim0: header?.length,
    totalsize: header?.totalSize,
  };
};
const oldArray = (base: number) => (memory: VirtualMemory) => {
  const header = oldArrayHeader(memory, base);
  return {
    base: header?.base,
    readonly: header?.isReadOnly,
    origin: header?.origin,
    orig: header?.origin,
    length: header?.length,
    type: header?.elementType,
    typ: header?.elementType,
    offset: header?.offset,
    offst: header?.offset,
  };
};
const frame: View = {
  base: layout.STACK_BASE + 0x2000,
  fixed: { flags: 6 },
  mask: { alink: 0xfffe, fnheader: 0x0fffffff, nametable: 0x0fffffff },
  read(memory) {
    const found = frames.frameAt(memory, 0x2000);
    if (found === null) return {};
    const link = (offset: number | null) => (offset === null ? 0 : offset + frames.FRAME_WORDS);
    return {
      alink: link(found.caller),
      usecount: found.useCount,
      nopush: found.discardsValue,
      validnametable: found.hasOwnNameTable,
      incall: found.isInCall,
      fnheader: found.header,
      pc: found.pc - found.header * 2,
      nextblock: found.next,
      nametable: found.nameTable,
      clink: found.isSlow ? link(found.control) : undefined,
      blink: found.isSlow ? found.basicFrame : undefined,
    };
  },
};

const views: Readonly<Record<string, View>> = {
  DTD: {
    base: dtdAddress(80),
    mask: { dtd_free: 0x0fffffff, dtd_typespecs: 0x0fffffff, dtd_ptrs: 0x0fffffff },
    read(memory) {
      const dtd = typeDescriptor(memory, 80);
      return {
        dtd_name: dtd.name,
        dtd_finalizable: dtd.isFinalizable,
        dtd_obsolate: dtd.isObsolete,
        dtd_size: dtd.sizeWords,
        dtd_cnt0: dtd.recentAllocations,
        dtd_free: dtd.free,
        dtd_descrs: dtd.fields,
        dtd_gctype: dtd.hunkContent,
        dtd_hunkp: dtd.isHunk,
        dtd_lockedp: dtd.isLocked,
        dtd_typespecs: dtd.specs,
        dtd_ptrs: dtd.pointers,
        dtd_oldcnt: dtd.allocations,
        dtd_nextpage: dtd.nextPage,
        dtd_supertype: dtd.supertype,
        dtd_typeentry: dtd.entry,
      };
    },
  },
  CONSPAGE: {
    base: HEAP,
    read: (memory) => ({
      next_cell: memory.word(HEAP + cons.CONS_PAGE_FREE_WORD) & 0xff,
      count: memory.word(HEAP + cons.CONS_PAGE_FREE_WORD) >> 8,
      next_page: memory.cell(HEAP + cons.CONS_PAGE_NEXT_CELL),
    }),
  },
  CONSCELL: {
    base: HEAP,
    fixed: { cdr_code: 8 },
    read: (memory) => {
      const code = cons.cdrCode(memory, HEAP);
      return { car_field: code === 0 ? undefined : cons.car(memory, HEAP), cdr_code: code };
    },
  },
  FNHEAD: {
    base: HEAP,
    read(memory) {
      const header = functions.functionHeader(memory, HEAP);
      if (header === null) return {};
      return {
        na: header.argumentCount & 0xffff,
        stkmin: header.stackMinimumWords,
        startpc: header.startPc,
        pv: (header.localWords / 4 - 1) & 0xffff,
        framename: header.frameName,
        argtype: functions.ARGUMENT_TYPES.indexOf(header.argumentType),
        fvaroffset: header.freeNameOffset,
        nlocals: header.localCount,
        ntsize: header.nameTableWords,
      };
    },
  },
  FRAMEEX1: frame,
  FRAMEEX2: frame,
  BASICFRAME: {
    base: layout.STACK_BASE + BASIC_FRAME,
    fixed: { flags: 4, ivar: 2 },
    mask: { ivar: 0x7ffe },
    read(memory) {
      const found = frames.basicFrameAt(memory, BASIC_FRAME);
      return {
        ivar: found?.arguments,
        usecnt: found?.useCount,
        padding: found?.isPadded,
        residual: found?.isResidual,
      };
    },
  },
  STACKBLOCK: {
    base: layout.STACK_BASE + 0x100,
    fixed: { flagword: 0xa000 },
    mask: { size: 0x7ffe },
    read(memory) {
      let size = 0;
      frames.eachStackBlock(memory, 0x100, 0x101, (block) => {
        size = block.next - block.offset;
      });
      return { size };
    },
  },
  PNCELL: {
    base: symbols.symbolRecord(400),
    read: (memory) => ({
      pnamebase: memory.pointer(symbols.nameCell(400)),
      nil_val: memory.cell(symbols.valueCell(400)),
      pkg_index: symbols.packageIndex(memory, 400),
    }),
  },
  NEWATOM: {
    base: HEAP,
    read: (memory) => ({
      pncell: memory.pointer(symbols.nameCell(HEAP)),
      valcell: memory.pointer(symbols.valueCell(HEAP)),
      defcell: memory.pointer(symbols.definitionCell(HEAP)),
      plcell: memory.pointer(symbols.propertyListCell(HEAP)),
      plfatpnamep: (memory.cell(symbols.flagsCell(HEAP)) & symbols.SYMBOL_FAT_NAME) !== 0,
      plgensymp: (memory.cell(symbols.flagsCell(HEAP)) & symbols.SYMBOL_GENSYM) !== 0,
      pnpkg: symbols.packageIndex(memory, HEAP),
    }),
  },
  DEFCELL: {
    base: symbols.definitionCell(400),
    read: (memory) => ({
      defpointer: memory.pointer(symbols.definitionCell(400)),
      fastp: (memory.cell(symbols.definitionCell(400)) & symbols.DEFINITION_FAST) !== 0,
      ccodep: (memory.cell(symbols.definitionCell(400)) & symbols.DEFINITION_COMPILED) !== 0,
    }),
  },
  PLCELL: {
    base: symbols.propertyListCell(400),
    read: (memory) => ({
      propbase: memory.pointer(symbols.propertyListCell(400)),
      fatpnamep: (memory.cell(symbols.flagsCell(400)) & symbols.SYMBOL_FAT_NAME) !== 0,
      gensymp: (memory.cell(symbols.flagsCell(400)) & symbols.SYMBOL_GENSYM) !== 0,
    }),
  },
  STRINGP: { base: TYPE_OLD_STRING, read: oldArray(TYPE_OLD_STRING) },
  ARRAYP: { base: TYPE_OLD_ARRAY, read: oldArray(TYPE_OLD_ARRAY) },
  ONED_ARRAY: { base: TYPE_ONED, fixed: { indirectp: 0 }, read: array(TYPE_ONED) },
  ARRAYHEADER: { base: TYPE_ONED, fixed: { indirectp: 0 }, read: array(TYPE_ONED) },
  GENERAL_ARRAY: { base: TYPE_GENERAL, fixed: { indirectp: 0 }, read: array(TYPE_GENERAL) },
  ARRAYBLOCK: {
    base: HEAP,
    fixed: { password: blocks.BLOCK_PASSWORD, arlen: 1 },
    // A block of one cell is its own trailer, so that the reader accepts any content.
    mask: { arlen: 1 },
    read(memory) {
      const block = blocks.blockAt(memory, HEAP);
      return { arlen: block?.cells, inuse: block?.isInUse, gctype: block?.content };
    },
  },
  PACKAGE: {
    base: HEAP,
    read: (memory) => ({
      NAME: memory.cell(HEAP + 2 * packages.PACKAGE_NAME),
      NICKNAMES: memory.cell(HEAP + 2 * packages.PACKAGE_NICKNAMES),
      INTERNAL_SYMBOLS: memory.cell(HEAP + 2 * packages.PACKAGE_INTERNAL),
      EXTERNAL_SYMBOLS: memory.cell(HEAP + 2 * packages.PACKAGE_EXTERNAL),
    }),
  },
  IFPAGE: {
    base: layout.IFPAGE_BASE,
    read: (memory) => {
      const word = (offset: number) => memory.word(layout.IFPAGE_BASE + offset);
      const cell = (offset: number) => memory.cell(layout.IFPAGE_BASE + offset);
      return {
        currentfxp: word(IFPAGE.currentFx),
        resetfxp: word(IFPAGE.resetFx),
        subovfxp: word(IFPAGE.stackOverflowFx),
        kbdfxp: word(IFPAGE.keyboardFx),
        hardreturnfxp: word(IFPAGE.hardReturnFx),
        gcfxp: word(IFPAGE.gcFx),
        faultfxp: word(IFPAGE.faultFx),
        endofstack: word(IFPAGE.endOfStack),
        lversion: word(IFPAGE.lversion),
        minrversion: word(IFPAGE.minrversion),
        minbversion: word(IFPAGE.minbversion),
        machinetype: word(IFPAGE.machineType),
        miscfxp: word(IFPAGE.miscFx),
        key: word(IFPAGE.key),
        screenwidth: word(IFPAGE.screenWidth),
        teleraidfxp: word(IFPAGE.teleraidFx),
        stackbase: word(IFPAGE.stackBase),
        storagefullstate: word(IFPAGE.storageFullState),
        fptovpstart: word(IFPAGE.fptovpStart),
        dl24bitaddressable: word(IFPAGE.dl24BitAddressable),
        fullspaceused: word(IFPAGE.fullSpaceUsed),
        dllastvmempage: cell(IFPAGE.lastVmemPageCell),
        nactivepages: cell(IFPAGE.activePagesCell),
        ndirtypages: cell(IFPAGE.dirtyPagesCell),
        process_size: cell(IFPAGE.processSizeCell),
      };
    },
  },
};

/** Records that this room has no view of: read elsewhere, or by nobody. */
const unread = [
  ...["IOPAGE", "MISCSTATS", "UFN", "INTSTAT", "INTSTAT2", "STREAM", "BUFFER", "IMPLICITKEYHASH", "BITMAP"],
  // Read by the owners of the count tables.
  ...["HASHENTRY", "HTCOLL", "GC_OVFL", "HTOVERFLOW"],
  // Parts of records above, under another name.
  ...["FREECONS", "CLOSURE", "COMPILED_CLOSURE", "FXBLOCK", "STACKWORD", "STACKP", "XPOINTER", "PKGHASHTABLE"],
];

function writeField(memory: VirtualMemory, base: number, [, cell, low, width]: Field, value: number): void {
  const ones = width === 32 ? 0xffffffff : 2 ** width - 1;
  const mask = (ones << low) >>> 0;
  const address = base + 2 * cell;
  memory.setCell(address, ((memory.cell(address) & ~mask) | ((value << low) & mask)) >>> 0);
}

describeGolden<Layout>("layout.json", (data) => {
  test("every record has a view here, or is listed as having none", () => {
    expect(Object.keys(data.structs).sort()).toEqual([...Object.keys(views), ...unread].sort());
  });

  const cases = Object.entries(views).flatMap(([struct, view]) =>
    (data.structs[struct]?.fields ?? []).map((field) => ({ struct, view, field, name: `${struct}.${field[0]}` })),
  );
  const memory = new VirtualMemory(8);
  for (const [unit, type] of [
    [TYPE_ONED, 14],
    [TYPE_GENERAL, 16],
    [TYPE_OLD_STRING, 7],
    [TYPE_OLD_ARRAY, 6],
  ] as const) {
    memory.setWord(layout.TYPE_TABLE_BASE + (unit >> 9), type);
  }

  /** What the view says of a field that holds `value` among neighbours that are all zeros or all ones. */
  function readBack({ struct, view, field }: (typeof cases)[number], value: number, neighbours: number): unknown {
    const { bytes, fields } = data.structs[struct] as Layout["structs"][string];
    for (let cell = 0; cell < bytes / 4; cell++) memory.setCell(view.base + 2 * cell, neighbours);
    for (const other of fields) {
      const fixed = view.fixed?.[other[0]];
      if (fixed !== undefined) writeField(memory, view.base, other, fixed);
    }
    writeField(memory, view.base, field, value);
    const found = view.read(memory)[field[0]];
    return typeof found === "boolean" ? Number(found) : found;
  }

  test("the fields that our code reads lie where they were recorded, and overlap nothing", () => {
    let checked = 0;
    for (const entry of cases) {
      const { view, field, name } = entry;
      const [fieldName, , , width] = field;
      const mask = view.mask?.[fieldName] ?? (width >= 32 ? 0xffffffff : 2 ** width - 1);
      const isRead = fieldName in view.read(memory) || readBack(entry, 0, 0xffffffff) !== undefined;
      if (!isRead || isException("layout.json", name)) continue;
      for (const value of [0, mask, (0x5a5a5a5a & mask) >>> 0]) {
        for (const neighbours of [0, 0xffffffff]) {
          const found = readBack(entry, value, neighbours);
          // Links of a fast frame are not there to be read; a frame's own link field is never zero in use.
          if (found === undefined) continue;
          const expected = /^(alink|clink)$/.test(fieldName) && value <= 11 ? 0 : value;
          expect([name, value, neighbours, found]).toEqual([name, value, neighbours, expected]);
          checked++;
        }
      }
    }
    expect(checked).toBeGreaterThan(600);
  });
  test("the C record with two fields exchanged is read as the others are", () => {
    const [entry] = cases.filter(({ name }) => name === "ARRAYHEADER.totalsize");
    expect(entry?.field[1]).toBe(2);
    expect(isException("layout.json", "ARRAYHEADER.totalsize")).toBe(true);
  });

  describe("regions (I-C1)", () => {
    const names: Readonly<Record<string, string>> = {
      STK: "STACK",
      UFNTBL: "UFN",
      MDS: "TYPETABLE",
      ATMHT: "ATOMHASH",
      HTBIG: "HTBIGCOUNT",
      LOCKEDPAGETBL: "LOCKEDPAGES",
      ARRAY: "HEAP",
    };
    /** Names that are dispatch codes or overlaid: never memory of their own. */
    const fictitious = ["ATOM", "PLIS", "PAGEMAP", "PNP", "DEFS", "VALS"];
    test.each(Object.entries(data.regions).filter(([name]) => !fictitious.includes(name)))(
      "%s",
      (name, [start, words]) => {
        const region = REGIONS.find((candidate) => candidate.name === (names[name] ?? name));
        expect(region?.start).toBe(start);
        // The header counts IOPAGE in pages, and gives the DTD table less room than it has.
        if (words > 0 && name !== "IOPAGE" && name !== "DTD") expect(region?.words).toBe(words);
      },
    );
  });

  describe("constants", () => {
    const known: Readonly<Record<string, number>> = {
      S_POSITIVE: layout.SMALL_POSITIVE,
      S_NEGATIVE: layout.SMALL_NEGATIVE,
      S_CHARACTER: layout.CHARACTER_BASE,
      ATOM_T: layout.T,
      FRAMESIZE: frames.FRAME_WORDS,
      FNHEADSIZE: functions.FUNCTION_HEADER_WORDS,
      POINTERMASK: layout.POINTER_MASK,
      SEGMASK: layout.SEGMENT_MASK,
      STK_GUARD: frames.STACK_GUARD,
      STK_FX: frames.STACK_FRAME,
      STK_FSB: frames.STACK_FREE,
      STK_BF: frames.STACK_BASIC_FRAME,
      FVIVAR: functions.NAME_ARGUMENT,
      FVPVAR: functions.NAME_LOCAL,
      FVFVAR: functions.NAME_FREE,
      TT_ATOM: layout.TYPE_ATOM,
      TT_NUMBERP: layout.TYPE_NUMBERP,
      TT_FIXP: layout.TYPE_FIXP_FLAG,
      TT_SYMBOLP: layout.TYPE_SYMBOLP,
      TT_NOREF: layout.TYPE_NOREF,
      CDR_ONPAGE: cons.CDR_NIL,
      CDR_NIL: cons.CDR_NIL,
      CDR_INDIRECT: cons.CDR_INDIRECT,
      CDR_MAXINDIRECT: cons.CDR_MAX_STORED,
      CONSPAGE_LAST: cons.CONS_PAGE_UNCHAINED,
      ARRAYBLOCKPASSWORD: blocks.BLOCK_PASSWORD,
      FREEARRAYFLAGWORD: blocks.blockCell(0, false, 0) >>> 16,
      USEDARRAYFLAGWORD: blocks.blockCell(blocks.CONTENT_UNBOXED, true, 0) >>> 16,
      CODEARRAYFLAGWORD: blocks.blockCell(blocks.CONTENT_CODE, true, 0) >>> 16,
      MAXARRAYBLOCKSIZE: blocks.MAXIMUM_BLOCK_CELLS,
      MINARRAYBLOCKSIZE: blocks.MINIMUM_LINKED_CELLS,
      DLWORDSPER_PAGE: layout.PAGE_WORDS,
      CELLSPER_PAGE: layout.PAGE_CELLS,
      BYTESPER_PAGE: layout.PAGE_BYTES,
      PAGESPER_SEGMENT: layout.SEGMENT_WORDS / layout.PAGE_WORDS,
      MDSINCREMENT: layout.MDS_UNIT_WORDS,
      TYPE_SMALLP: layout.TYPE_SMALLP,
      TYPE_FIXP: layout.TYPE_FIXP,
      TYPE_FLOATP: layout.TYPE_FLOATP,
      TYPE_LITATOM: layout.TYPE_LITATOM,
      TYPE_LISTP: layout.TYPE_LISTP,
      TYPE_ARRAYP: layout.TYPE_ARRAYP,
      TYPE_STRINGP: layout.TYPE_STRINGP,
      TYPE_STACKP: layout.TYPE_STACKP,
      TYPE_CHARACTERP: layout.TYPE_CHARACTER,
      TYPE_VMEMPAGEP: layout.TYPE_VMEMPAGEP,
      TYPE_STREAM: layout.TYPE_STREAM,
      TYPE_BITMAP: layout.TYPE_BITMAP,
      TYPE_COMPILED_CLOSURE: layout.TYPE_CLOSURE,
      TYPE_ONED_ARRAY: layout.TYPE_ONED_ARRAY,
      TYPE_TWOD_ARRAY: layout.TYPE_TWOD_ARRAY,
      TYPE_GENERAL_ARRAY: layout.TYPE_GENERAL_ARRAY,
      TYPE_BIGNUM: layout.TYPE_BIGNUM,
      TYPE_RATIO: layout.TYPE_RATIO,
      TYPE_COMPLEX: layout.TYPE_COMPLEX,
      TYPE_PATHNAME: layout.TYPE_PATHNAME,
      TYPE_NEWATOM: layout.TYPE_NEW_ATOM,
      TYPE_PTRHUNK1: layout.TYPE_FIRST_POINTER_HUNK,
      TYPE_UNBOXEDHUNK1: layout.TYPE_FIRST_UNBOXED_HUNK,
      TYPE_CODEHUNK1: layout.TYPE_FIRST_CODE_HUNK,
      INIT_TYPENUM: layout.TYPE_LAST_CODE_HUNK + 1,
      NEWATOM_PNAME_OFFSET: symbols.nameCell(HEAP) - HEAP,
      NEWATOM_VALUE_OFFSET: symbols.valueCell(HEAP) - HEAP,
      NEWATOM_DEFN_OFFSET: symbols.definitionCell(HEAP) - HEAP,
      NEWATOM_PLIST_OFFSET: symbols.propertyListCell(HEAP) - HEAP,
      ATOMS_HI: layout.ATOMS_BASE >> 16,
    };
    /** Numbers that belong to the machine and the managers, to images of a file, or to nobody. */
    const elsewhere = [
      ...["BFSIZE", "STK_FSB_WORD", "STK_GUARD_WORD", "BF_MARK", "FX_MARK", "STK_SAFE", "MINEXTRASTACKWORDS"],
      ...["STACKAREA_SIZE", "FVSTACK", "FVGLOBAL", "ENDSTACKMARK", "MAX_GCCOUNT", "MAXBUCKETINDEX", "MAXCELLSPERHUNK"],
      ...["FIRSTARRAYSEGMENT", "GUARDSTORAGEFULL", "GUARD1STORAGEFULL", "IFPAGE_KEYVAL", "MACHINETYPE_MAIKO"],
      ...["LVERSION", "MINBVERSION", "FN_OPCODE_SIZE", "FNX_OPCODE_SIZE", "MAX_SMALL", "MIN_SMALL"],
      ...["PLIS_HI", "PNP_HI", "DEFS_HI", "VALS_HI"],
    ];
    test("every constant is checked here, or is listed as used elsewhere", () => {
      expect(Object.keys(data.constants).sort()).toEqual([...Object.keys(known), ...elsewhere].sort());
    });
    test("our numbers are the recorded ones", () => {
      for (const [name, value] of Object.entries(known)) expect([name, value]).toEqual([name, data.constants[name]]);
    });
  });
});
