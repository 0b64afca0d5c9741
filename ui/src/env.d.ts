/** Whether invented answers may stand in for the app: false in the build that ships. */
declare const __MOCK__: boolean;
